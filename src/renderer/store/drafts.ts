import type { Shelf, Stores } from "./stores.ts";

const draftsKey = "cox.drafts";

/** Words not sent yet, by what they are for. */
type Drafts = Readonly<Record<string, string>>;

const sending = ":sending";

/** Where words are kept while they are on their way to the engine. */
export const sendingDraft = (key: string): string => `${key}${sending}`;

/** What an earlier page kept. Anything that is not a text is dropped; what it was about to send is a draft again. */
export function readDrafts(shelf: Shelf): Drafts {
  const kept = parse(shelf.getItem(draftsKey));
  const unsent = Object.entries(kept).filter(([key]) => key.endsWith(sending));
  const drafts = Object.fromEntries(Object.entries(kept).filter(([key]) => !key.endsWith(sending)));
  for (const [key, text] of unsent) drafts[key.slice(0, -sending.length)] ??= text;
  return drafts;
}

export function keepDrafts(shelf: Shelf, drafts: Drafts): void {
  const kept = JSON.stringify(drafts);
  if (shelf.getItem(draftsKey) !== kept) shelf.setItem(draftsKey, kept);
}

/** Follows what other windows of this browser write: whoever wrote last is right, and it is told. Returns its undo. */
export function followDrafts(page: Window, { draft }: Pick<Stores, "draft">): () => void {
  const onStorage = ({ key }: StorageEvent): void => {
    if (key !== draftsKey) return;
    const { drafts } = draft.getState();
    // As it stands by now: what the event tells may be some letters old, and taken over it would be written down over the newer.
    const told = parse(page.localStorage.getItem(draftsKey));
    const all = [...new Set([...Object.keys(told), ...Object.keys(drafts)])].filter(
      (each) => told[each] !== drafts[each],
    );
    const changed = all.filter((each) => !each.endsWith(sending));
    if (changed.length > 0) draft.setState({ drafts: told, elsewhere: new Set(changed) });
    // What has arrived would be written down again with the next letter, and be a draft to the next page.
    else if (all.length > 0) draft.setState({ drafts: told });
  };
  page.addEventListener("storage", onStorage);
  return () => page.removeEventListener("storage", onStorage);
}

function parse(text: string | null): Record<string, string> {
  try {
    const kept: unknown = JSON.parse(text ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(
      Object.entries(kept).filter(
        (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "",
      ),
    );
  } catch {
    return {};
  }
}
