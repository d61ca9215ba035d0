import { expect, it } from "vitest";
import { followDrafts, sendingDraft } from "./drafts.ts";
import { createStores } from "./stores.ts";

it("forgets words that another window was sending once they have arrived, and keeps them for no later page", () => {
  let kept = "{}";
  let hear = (_event: Pick<StorageEvent, "key" | "newValue">): void => {};
  const shelf = {
    getItem: () => kept,
    setItem: (_key: string, value: string) => void (kept = value),
    removeItem: () => {},
  };
  const { draft } = createStores(shelf);
  const addEventListener = (_type: string, listener: typeof hear): void => void (hear = listener);
  followDrafts({ addEventListener, removeEventListener: () => {} } as unknown as Window, { draft });
  const tell = (drafts: object): void => hear({ key: "cox.drafts", newValue: JSON.stringify(drafts) });
  tell({ own: "go on" });
  tell({ [sendingDraft("own")]: "go on" });
  tell({});
  draft.setState({ drafts: { ...draft.getState().drafts, other: "more" } });
  expect(JSON.parse(kept)).toEqual({ other: "more" });
});
