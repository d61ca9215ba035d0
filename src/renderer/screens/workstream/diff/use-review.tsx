import { useCallback, useEffect, useMemo, type RefObject } from "react";
import { anchorAt } from "../../../../contract/review-anchor.ts";
import { placeText, quoted } from "../../../../contract/review-words.ts";
import { emptyReview } from "../../../../contract/review.ts";
import type { Workstream } from "../../../../contract/states.ts";
import { composerDraft } from "../../../store/actions.ts";
import { useApp, useDetail, useReviewing } from "../../../store/app.ts";
import { draftsOf } from "../../../store/comment-drafts.ts";
import type { DiffRead } from "../../../store/diff-state.ts";
import {
  linesOf,
  marksOf,
  progressIn,
  threadMark,
  unitsIn,
  unviewedOf,
  type Mark,
} from "../../../store/review-marks.ts";
import type { DiffAnnotation, DiffHandle, DiffStand } from "../../../ui/diff/diff-view.tsx";
import { MarkCard } from "./mark-card.tsx";

/** What is said of a diff and what of it was viewed, and what keys do about that. */
export function useReview(workstream: Workstream, whole: DiffRead, handle: RefObject<DiffHandle | null>) {
  const { actions, stores, surfaces } = useApp();
  const { id } = workstream;
  const review = useDetail(({ details }) => details[id]?.review) ?? emptyReview;
  const comments = useReviewing((state) => state.comments);
  const mark = useReviewing((state) => state.mark);
  const onlyUnviewed = useReviewing((state) => state.onlyUnviewed);

  const viewed = useMemo(() => new Set(review.viewed), [review.viewed]);
  const read = useMemo(() => (onlyUnviewed ? unviewedOf(whole, viewed) : whole), [whole, viewed, onlyUnviewed]);
  const progress = useMemo(() => progressIn(whole, viewed), [whole, viewed]);
  const viewedFiles = useMemo(
    () => new Set([...progress].flatMap(([path, seen]) => (seen.viewed === seen.total ? [path] : []))),
    [progress],
  );
  const drafts = useMemo(() => draftsOf(comments, id), [comments, id]);
  const marks = useMemo(() => marksOf(review.threads, drafts, whole), [review.threads, drafts, whole]);
  const current = marks.find((one) => one.id === mark);

  // Sent by this window or another one: the engine is who tells.
  useEffect(() => actions.settleComments(review.threads), [actions, review.threads]);

  const annotations = useMemo(
    () =>
      marks.flatMap((one): DiffAnnotation[] => {
        const { standing } = one;
        if (standing.kind !== "here") return [];
        const { path, side, last: line } = standing;
        return [{ id: one.id, path, side, line, node: <MarkCard mark={one} workstream={workstream} /> }];
      }),
    [marks, workstream],
  );

  const goTo = useCallback(
    (to: Mark): void => {
      const { standing } = to;
      if (standing.kind === "here")
        handle.current?.go({ path: standing.path, side: standing.side, line: standing.last });
      if (standing.kind === "unshown") handle.current?.go({ path: standing.path, side: "new", line: 0 });
      actions.showReview({ mark: to.id });
    },
    [actions, handle],
  );

  /** The thread or comment at the cursor is the one that keys act on. */
  const follow = useCallback(
    ({ path, side, line }: DiffStand): void => {
      const at = marks.find(
        ({ standing: here }) =>
          here.kind === "here" && here.path === path && here.side === side && here.first <= line && line <= here.last,
      );
      if (at?.id !== stores.review.getState().mark) actions.showReview({ mark: at?.id });
    },
    [actions, stores, marks],
  );

  // What stands at the cursor may be known only after the cursor is there.
  useEffect(() => {
    const stand = mark === undefined ? handle.current?.place() : undefined;
    if (stand !== undefined) follow(stand);
  }, [handle, mark, follow]);

  useEffect(() => {
    /** What is selected, as an anchor; undefined where the diff does not show it. */
    function selected() {
      const range = handle.current?.range();
      const patch = range === undefined ? undefined : whole.patches.get(range.path);
      if (range === undefined || patch === undefined) return undefined;
      const { path, side } = range;
      const [first, last] = [Math.min(range.from, range.to), Math.max(range.from, range.to)];
      return anchorAt({ path, side, first, last }, linesOf(patch)[side]);
    }

    function say(text: string): void {
      actions.show({ announcement: text });
    }

    function backToDiff(): void {
      document.querySelector<HTMLElement>("main [role=tabpanel]")?.focus({ preventScroll: true });
    }

    function unviewedAfter(from: number, marked: ReadonlySet<string>): void {
      const units = unitsIn(read);
      const isOpen = ({ key, path }: (typeof units)[number]): boolean =>
        !viewed.has(key) && !marked.has(key) && !viewedFiles.has(path);
      const next = units.slice(from + 1).find(isOpen) ?? units.slice(0, Math.max(0, from)).find(isOpen);
      if (next === undefined) return say("Everything here was viewed.");
      handle.current?.go(next);
      // What was viewed whole folds by now, and takes its lines along.
      requestAnimationFrame(() => {
        const now = handle.current?.place();
        if (now?.path === next.path && now.line === next.line) handle.current?.go(next);
      });
    }

    return surfaces.add("review", {
      comment() {
        const anchor = selected();
        if (anchor === undefined) {
          actions.notify({
            tone: "failed",
            text: "Choose lines that the diff shows.",
            next: "n goes to the next change.",
          });
          return;
        }
        if (anchor.excerpt.join("").length > 8_000 || anchor.excerpt.length > 200) {
          actions.notify({
            tone: "failed",
            text: "These are more lines than a comment can be about.",
            next: "Choose fewer.",
          });
          return;
        }
        actions.comment(id, anchor);
      },
      keep() {
        const { writing } = stores.review.getState();
        const thread = review.threads.find(({ number }) => threadMark(number) === writing);
        if (thread !== undefined) void actions.sendReply(workstream, thread.number);
        else actions.keepComment();
        backToDiff();
      },
      drop() {
        if (current?.draft !== undefined) actions.dropComment(current.draft.id);
      },
      quote() {
        const anchor = current?.anchor ?? selected();
        if (anchor === undefined) return;
        const key = composerDraft(id);
        const before = stores.draft.getState().drafts[key] ?? "";
        actions.setDraft(key, `${before === "" ? "" : `${before}\n\n`}${placeText(anchor)}\n${quoted(anchor)}\n`);
        surfaces.get("composer")?.focus();
      },
      step(by) {
        if (marks.length === 0) return say("Nothing was said of this diff.");
        const at = marks.findIndex((one) => one.id === mark);
        const to = marks[at === -1 ? (by === 1 ? 0 : marks.length - 1) : (at + by + marks.length) % marks.length];
        if (to !== undefined) goTo(to);
      },
      reply() {
        if (current !== undefined) actions.showReview({ writing: current.id });
      },
      resolve() {
        const thread = current?.thread;
        if (thread !== undefined) void actions.resolveThread(workstream, thread.number, thread.state !== "resolved");
      },
      view() {
        const stand = handle.current?.place();
        if (stand === undefined) return unviewedAfter(-1, new Set());
        const patch = whole.patches.get(stand.path);
        const units = unitsIn(read);
        const at = units.findIndex(
          ({ path, key }) =>
            path === stand.path && (stand.hunk === undefined || key === stand.hunk || key === patch?.id),
        );
        const unit = units[at];
        if (unit === undefined || patch === undefined) return;
        const isViewed = viewed.has(unit.key) || viewedFiles.has(unit.path);
        if (isViewed) return void actions.viewHunks(workstream, [unit.key, patch.id], false);
        const others = unitsIn({ files: whole.files.filter(({ path }) => path === unit.path), patches: whole.patches });
        const isLast = others.every(({ key }) => key === unit.key || viewed.has(key));
        void actions.viewHunks(workstream, isLast ? [...new Set([unit.key, patch.id])] : [unit.key], true);
        if (isLast) actions.unfoldByItself(id, unit.path);
        unviewedAfter(at, new Set([unit.key]));
      },
      viewFile() {
        const path = handle.current?.place()?.path;
        if (path === undefined) return unviewedAfter(-1, new Set());
        const patch = whole.patches.get(path);
        if (patch === undefined) return;
        const keys = [...new Set([...patch.hunks.map((hunk) => hunk.id), patch.id])];
        if (viewedFiles.has(path)) return void actions.viewHunks(workstream, keys, false);
        void actions.viewHunks(workstream, keys, true);
        actions.unfoldByItself(id, path);
        const units = unitsIn(read);
        unviewedAfter(
          units.findLastIndex((unit) => unit.path === path),
          new Set(keys),
        );
      },
    });
  }, [
    actions,
    stores,
    surfaces,
    handle,
    id,
    workstream,
    whole,
    read,
    review,
    viewed,
    viewedFiles,
    marks,
    mark,
    current,
    goTo,
  ]);

  return { read, review, marks, progress, viewedFiles, annotations, onlyUnviewed, follow, goTo };
}
