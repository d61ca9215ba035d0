import { lazy, Suspense, useCallback, useEffect, useRef, type ReactNode } from "react";
import type { DiffFile } from "../../../contract/procedures.ts";
import type { Workstream } from "../../../contract/states.ts";
import { useApp, useDetail, useView } from "../../store/app.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { Command } from "../../ui/plain.tsx";
import type { DiffHandle } from "../../ui/diff/diff-view.tsx";
import "./diff-tab.css";

const readView = () => import("../../ui/diff/diff-view.tsx");

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
  const { actions, surfaces } = useApp();
  const { id } = workstream;
  const measured = workstream.diff?.at;
  const state = useDetail((detail) => detail.diffs[id]);
  const style = useView((view) => view.diffStyle);
  const handle = useRef<DiffHandle>(null);
  useEffect(() => {
    void actions.loadDiff(id);
  }, [actions, id, measured]);
  useEffect(
    () =>
      surfaces.add("diff", {
        change: (by) => handle.current?.change(by),
        file: (by) => handle.current?.file(by),
        line: (by) => handle.current?.line(by),
      }),
    [surfaces],
  );
  const announce = useCallback((announcement: string) => actions.show({ announcement }), [actions]);
  const read = state?.read;
  if (state?.problem !== undefined) {
    return (
      <div className="diff-quiet" role="alert">
        <p>{state.problem.message}</p>
        <p>{state.problem.next}</p>
        <VerbButton label="Read again" onPress={() => void actions.loadDiff(id)} />
      </div>
    );
  }
  if (read === undefined) return <p className="diff-quiet">Reading the diff…</p>;
  if (read.files.length === 0) return <p className="diff-quiet">Nothing has changed since {read.base.slice(0, 12)}.</p>;
  return (
    <div className="diff-tab">
      <FileList files={read.files} onShow={(path) => handle.current?.show(path)} />
      <div className="diff-pane" role="region" aria-label="Changes">
        {read.truncated && (
          <p className="diff-cut">The patch is longer than what is read at once: its end is missing here.</p>
        )}
        <Suspense fallback={<p className="diff-quiet">Preparing the view…</p>}>
          <DiffView patch={read.patch} style={style} handle={handle} onPlace={announce} />
        </Suspense>
      </div>
    </div>
  );
}

function FileList({ files, onShow }: { files: readonly DiffFile[]; onShow: (path: string) => void }): ReactNode {
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  return (
    <nav className="files" aria-label="Changed files">
      <p className="files-sum">
        {files.length} {files.length === 1 ? "file" : "files"} <span className="added">+{added}</span>{" "}
        <span className="removed">−{removed}</span>
      </p>
      <ul>
        {files.map((file) => (
          <li key={file.path}>
            <button
              type="button"
              className="file"
              title={`${file.change}: ${file.path}`}
              onClick={() => onShow(file.path)}
            >
              <span className="file-path">
                <Command text={file.path} />
              </span>
              {file.change !== "modified" && <span className="file-change">{file.change}</span>}
              {file.binary ? (
                <span className="file-change">binary</span>
              ) : (
                <span className="file-counts">
                  <span className="added">+{file.added}</span> <span className="removed">−{file.removed}</span>
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
