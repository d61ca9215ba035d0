import { expect, it } from "vitest";
import { followDrafts, sendingDraft } from "./drafts.ts";
import { createStores } from "./stores.ts";

/** A window beside another one that writes to the same shelf. */
function stand() {
  let kept = "{}";
  let hear = (_event: Pick<StorageEvent, "key" | "newValue">): void => {};
  const localStorage = {
    getItem: () => kept,
    setItem: (_key: string, value: string) => void (kept = value),
    removeItem: () => {},
  };
  const { draft } = createStores(localStorage);
  const addEventListener = (_type: string, listener: typeof hear): void => void (hear = listener);
  followDrafts({ localStorage, addEventListener, removeEventListener: () => {} } as unknown as Window, { draft });
  return {
    draft,
    kept: (): unknown => JSON.parse(kept),
    write: (drafts: object): void => void (kept = JSON.stringify(drafts)),
    hear: (drafts: object): void => hear({ key: "cox.drafts", newValue: JSON.stringify(drafts) }),
  };
}

it("forgets words that another window was sending once they have arrived, and keeps them for no later page", () => {
  const { draft, kept, write, hear } = stand();
  for (const drafts of [{ own: "go on" }, { [sendingDraft("own")]: "go on" }, {}]) {
    write(drafts);
    hear(drafts);
  }
  draft.setState({ drafts: { ...draft.getState().drafts, other: "more" } });
  expect(kept()).toEqual({ other: "more" });
});

it("does not write down again what another window wrote some letters ago", () => {
  const { draft, kept, write, hear } = stand();
  write({ own: "go on" });
  hear({ own: "go" });
  expect(draft.getState().drafts).toEqual({ own: "go on" });
  expect(kept()).toEqual({ own: "go on" });
});
