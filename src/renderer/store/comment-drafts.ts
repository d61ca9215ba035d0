import { z } from "zod";
import { anchorSchema, draftIdSchema, type Anchor, type ReviewThread } from "../../contract/review.ts";
import { workstreamIdSchema, type WorkstreamId } from "../../contract/ids.ts";
import type { Shelf, Stores } from "./stores.ts";

type Kept = Pick<Shelf, "getItem" | "setItem">;

const draftSchema = z.object({
  id: draftIdSchema,
  workstreamId: workstreamIdSchema,
  anchor: anchorSchema,
  text: z.string().max(4_000),
  /** Whether it belongs to the review; what was left unfinished waits until it is taken up again. */
  kept: z.boolean(),
});
/** A comment that was not sent yet. */
export type CommentDraft = z.infer<typeof draftSchema>;
export type CommentDrafts = Readonly<Record<string, CommentDraft>>;

const shelfKey = "cox.comments";
/** More than anybody writes before sending; the shelf is small. */
const mostDrafts = 500;

/** What earlier pages kept. What is not a draft any more is left out, and no other goes with it. */
export function readComments(shelf: Kept): CommentDrafts {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(shelfKey) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    const drafts = Object.values(kept).flatMap((one) => draftSchema.safeParse(one).data ?? []);
    return Object.fromEntries(drafts.map((draft) => [draft.id, draft]));
  } catch {
    return {};
  }
}

/** Writes what differs, and leaves alone what other windows wrote meanwhile. */
export function writeComments(shelf: Kept, before: CommentDrafts, after: CommentDrafts): void {
  const kept: Record<string, CommentDraft> = { ...readComments(shelf) };
  for (const id of Object.keys(before)) if (after[id] === undefined) delete kept[id];
  for (const draft of Object.values(after)) if (before[draft.id] !== draft) kept[draft.id] = draft;
  const text = JSON.stringify(kept);
  if (shelf.getItem(shelfKey) !== text) shelf.setItem(shelfKey, text);
}

/** Follows what other windows of this browser write, but for what is being written here. Returns its undo. */
export function followComments(
  page: Pick<Window, "localStorage" | "addEventListener" | "removeEventListener">,
  { review }: Pick<Stores, "review">,
): () => void {
  const onStorage = ({ key }: StorageEvent): void => {
    if (key !== shelfKey) return;
    review.setState(({ comments, writing }) => {
      const mine = writing === undefined ? undefined : comments[writing];
      const told = readComments(page.localStorage);
      return { comments: mine === undefined ? told : withDraft(told, mine) };
    });
  };
  page.addEventListener("storage", onStorage);
  return () => page.removeEventListener("storage", onStorage);
}

/** The draft for exactly these lines, if one was begun. */
export function draftAt(drafts: CommentDrafts, workstreamId: WorkstreamId, anchor: Anchor): CommentDraft | undefined {
  const wanted = JSON.stringify(anchor);
  return draftsOf(drafts, workstreamId).find((draft) => JSON.stringify(draft.anchor) === wanted);
}

/** In the order of files and lines. */
export function draftsOf(drafts: CommentDrafts, workstreamId: WorkstreamId): CommentDraft[] {
  return Object.values(drafts)
    .filter((draft) => draft.workstreamId === workstreamId)
    .toSorted(({ anchor: a }, { anchor: b }) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.first - b.first));
}

export function withDraft(drafts: CommentDrafts, draft: CommentDraft): CommentDrafts {
  const others = Object.values(drafts);
  // One that was never written into is not missed.
  const excess = others.length < mostDrafts ? undefined : others.find(({ text }) => text === "");
  return { ...(excess === undefined ? drafts : withoutDrafts(drafts, [excess.id])), [draft.id]: draft };
}

export function withoutDrafts(drafts: CommentDrafts, ids: readonly string[]): CommentDrafts {
  const gone = new Set(ids);
  if (!Object.keys(drafts).some((id) => gone.has(id))) return drafts;
  return Object.fromEntries(Object.entries(drafts).filter(([id]) => !gone.has(id)));
}

/** Drafts that the engine tells of as threads: they were sent, by whichever window, and are drafts no more. */
export function withoutSent(drafts: CommentDrafts, threads: readonly ReviewThread[]): CommentDrafts {
  return withoutDrafts(
    drafts,
    threads.flatMap(({ draft }) => draft ?? []),
  );
}
