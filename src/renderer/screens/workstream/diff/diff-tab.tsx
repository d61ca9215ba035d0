import {
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type RefObject,
} from "react";
import type { DiffPlace, DiffWanted } from "../../../../contract/diffs.ts";
import type { Workstream } from "../../../../contract/states.ts";
import { useApp, useDetail, useView } from "../../../store/app.ts";
import { leavesInPlace, type DiffRead, type DiffState } from "../../../store/diff-state.ts";
import { WithCode } from "../../../ui/plain.tsx";
import type { DiffAnnotation, DiffHandle, DiffStand } from "../../../ui/diff/diff-view.tsx";
import { visible } from "../../../ui/visible-text.ts";
import { gapsAround, type ShownFile } from "../../../ui/diff/rows.ts";
import { KeysOf, VerbButton } from "../../../ui/kbd.tsx";
import type { Progress } from "../../../store/review-marks.ts";
import { DiffFiles } from "./diff-files.tsx";
import { Pictures } from "./pictures.tsx";
import { ReviewPane } from "./review-pane.tsx";
import { isPicture, useShownFiles } from "./use-shown-files.ts";
import { useReview } from "./use-review.tsx";
import "./diff-tab.css";

const readView = () => import("../../../ui/diff/diff-view.tsx");

/** Half a megabyte that the grid does without. */
const DiffView = lazy(async () => ({ default: (await readView()).DiffView }));

/** Has the diff's program at hand before the first diff is looked at, once the window has nothing better to do. */
export function useDiffSoon(): void {
  useEffect(() => {
    const idle = requestIdleCallback(() => void readView());
    return () => cancelIdleCallback(idle);
  }, []);
}

/** What changed since the merge base, work that is not committed included. Read again when the engine measured a change. */
export function DiffTab({ workstream }: { workstream: Workstream }): ReactNode {
  const { actions } = useApp();
  const { id } = workstream;
  const measured = workstream.diff?.at;
  const state = useDetail((detail) => detail.diffs[id]);
  const since = useView((view) => view.diffSince[id]) ?? "base";
  const whitespace = useView((view) => view.diffWhitespace);
  const wanted = useMemo<DiffWanted>(() => ({ since, whitespace }), [since, whitespace]);
  useEffect(() => {
    void actions.readDiff(id, wanted);
  }, [actions, id, wanted, measured]);
  useEffect(() => () => actions.stopReadingDiff(id), [actions, id]);
  const read = state?.read;
  if (state?.problem !== undefined && read === undefined) {
    return (
      <div className="diff-quiet" role="alert">
        <p>{state.problem.message}</p>
        <p>
          <WithCode text={state.problem.next} />
        </p>
        <VerbButton label="Read again" onPress={() => void actions.readDiff(id, wanted)} />
      </div>
    );
  }
  if (read === undefined) return <p className="diff-quiet">Reading the diff…</p>;
  return <OpenDiff workstream={workstream} state={state ?? noState} read={read} />;
}

const noState: DiffState = { busy: false, folds: {} };

function OpenDiff({
  workstream,
  state,
  read,
}: {
  workstream: Workstream;
  state: DiffState;
  read: DiffRead;
}): ReactNode {
  const app = useApp();
  const { actions, surfaces } = app;
  const { id } = workstream;
  const style = useView((view) => view.diffStyle);
  const handle = useRef<DiffHandle>(null);
  const [isDrawn, setDrawn] = useState(false);
  const attach = useCallback((view: DiffHandle | null): void => {
    handle.current = view;
    if (view !== null) setDrawn(true);
  }, []);
  const [current, setCurrent] = useState<string>();
  const reviewing = useReview(workstream, read, handle);
  const { marks, progress, viewedFiles, follow } = reviewing;
  const { files, folded } = useShownFiles(reviewing.read, state.folds, viewedFiles);
  const { newer } = state;

  useEffect(() => {
    if (newer !== undefined && leavesInPlace(read, newer, current)) actions.showNewerDiff(id);
  }, [actions, id, read, newer, current]);

  const showNewer = useCallback((): void => {
    const place = handle.current?.place();
    actions.showNewerDiff(id);
    if (place !== undefined) goAfterDrawing(handle, place);
  }, [actions, id]);

  useEffect(
    () =>
      surfaces.add("diff", {
        change: (by) => handle.current?.change(by),
        file: (by) => handle.current?.file(by, true),
        line: (by) => handle.current?.line(by),
        extend: (by) => handle.current?.extend(by),
        show: (path) => handle.current?.show(path),
        fold() {
          const place = handle.current?.place();
          if (place !== undefined) void actions.foldFile(id, place.path, !folded.has(place.path));
        },
        expand() {
          const place = handle.current?.place();
          const shown = files.find(({ file }) => file.path === place?.path);
          if (place?.hunk !== undefined && shown !== undefined)
            void actions
              .showBetween(id, place.path, gapsAround(shown, place.hunk))
              .then(() => goAfterDrawing(handle, place));
        },
        showNewer,
      }),
    [actions, surfaces, id, files, folded, showNewer],
  );

  const onPlace = useCallback(
    (stand: DiffStand) => {
      const { path, side, line } = stand;
      const { [id]: _before, ...places } = app.stores.view.getState().diffPlaces;
      setCurrent(path);
      follow(stand);
      actions.show({ announcement: placeWords(stand), diffPlaces: { ...places, [id]: { path, side, line } } });
    },
    [app, actions, id, follow],
  );
  useRestoredPlace(id, isDrawn ? files : undefined, handle);
  const onFold = useCallback(
    (path: string) => void actions.foldFile(id, path, !folded.has(path)),
    [actions, id, folded],
  );
  const pictures = useMemo(
    () =>
      files
        .filter(({ file }) => isPicture(file))
        .map(({ file }): DiffAnnotation => {
          const readSide = (side: "old" | "new") => actions.readPicture(id, file.path, side);
          const node = <Pictures file={file} read={readSide} />;
          return {
            id: `picture:${file.path}`,
            path: file.path,
            side: file.change === "deleted" ? "old" : "new",
            line: 0,
            node,
          };
        }),
    [files, actions, id],
  );

  const annotations = useMemo(() => [...pictures, ...reviewing.annotations], [pictures, reviewing.annotations]);
  const headAside = useCallback((path: string) => <Seen progress={progress.get(path)} />, [progress]);

  if (read.files.length === 0 && marks.length === 0) return <Nothing read={read} />;
  return (
    <div className="diff-tab">
      <DiffFiles
        read={reviewing.read}
        progress={progress}
        current={current}
        onShow={(path) => handle.current?.show(path)}
      />
      <div className="diff-pane" role="region" aria-label="Changes">
        <Narrowed read={read} />
        {newer !== undefined && (
          <p className="diff-cut" role="status">
            Changed since you opened it, <KeysOf command="show-newer" /> shows it.
          </p>
        )}
        {state.problem !== undefined && <p className="diff-cut">{state.problem.message} What you see is older.</p>}
        {read.truncated && <p className="diff-cut">There is more than is read at once: its end is missing here.</p>}
        <Suspense fallback={<p className="diff-quiet">Preparing the view…</p>}>
          <DiffView
            files={files}
            style={style}
            folded={folded}
            viewed={viewedFiles}
            annotations={annotations}
            handle={attach}
            onPlace={onPlace}
            onFold={onFold}
            headAside={headAside}
          />
        </Suspense>
      </div>
      <ReviewPane
        workstream={workstream}
        review={reviewing.review}
        marks={marks}
        progress={progress}
        onlyUnviewed={reviewing.onlyUnviewed}
        onGo={reviewing.goTo}
      />
    </div>
  );
}

/** Keeps the reader's line in view when lines come or go above it. */
function goAfterDrawing(handle: RefObject<DiffHandle | null>, place: DiffPlace): void {
  requestAnimationFrame(() => handle.current?.go(place));
}

/** Takes the reader once to where they were when they left, as soon as that is there. */
function useRestoredPlace(
  id: string,
  files: readonly ShownFile[] | undefined,
  handle: RefObject<DiffHandle | null>,
): void {
  const { stores } = useApp();
  const [place] = useState(() => stores.view.getState().diffPlaces[id]);
  const done = useRef(false);
  useEffect(() => {
    if (done.current || place === undefined || files?.some(({ file }) => file.path === place.path) !== true) return;
    if (handle.current === null || handle.current.place() !== undefined) return;
    done.current = true;
    handle.current.go(place);
  }, [files, place, handle]);
}

/** How much of a file was viewed, while that is some and not all of it. */
function Seen({ progress }: { progress: Progress | undefined }): ReactNode {
  if (progress === undefined || progress.viewed === 0 || progress.viewed === progress.total) return null;
  return <span className="diff-note">{`${String(progress.viewed)}/${String(progress.total)} viewed`}</span>;
}

function Nothing({ read: { base, wanted } }: { read: DiffRead }): ReactNode {
  const what = wanted.whitespace ? "Nothing has changed" : "Nothing but white space has changed";
  return (
    <p className="diff-quiet">
      {what} since {base.slice(0, 12)}.
    </p>
  );
}

const kinds = { added: "added", removed: "removed", unchanged: "unchanged" } as const;

/** Says when this is not all that changed. */
function Narrowed({ read: { wanted, base } }: { read: DiffRead }): ReactNode {
  const { since, whitespace } = wanted;
  if (since === "base" && whitespace) return null;
  const what = since === "head" ? "Only what is not committed." : `Only what came after ${base.slice(0, 12)}.`;
  return (
    <p className="diff-narrowed">
      {since !== "base" && (
        <span>
          {what} <KeysOf command="show-newer" /> chooses.
        </span>
      )}
      {!whitespace && (
        <span>
          Without what differs in white space only. <KeysOf command="show-newer" /> shows it.
        </span>
      )}
    </p>
  );
}

/** Where the cursor is, for those who hear it. */
function placeWords({ path, line, kind, file, files }: DiffStand): string {
  const where = `File ${String(file)} of ${String(files)}, ${visible(path)}`;
  return kind === undefined ? where : `${where}, line ${String(line)} ${kinds[kind]}`;
}
