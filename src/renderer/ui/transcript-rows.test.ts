import { expect, it } from "vitest";
import type { Item } from "../../contract/items.ts";
import { transcriptRows, turnFrom } from "./transcript-rows.ts";

function item(ordinal: number, turnId?: string): Item {
  return {
    id: `i${String(ordinal)}`,
    workstreamId: "w00000001",
    ...(turnId === undefined ? {} : { turnId }),
    ordinal,
    at: 0,
    body: { kind: "message", text: "" },
  };
}

it("groups items by turn and counts turns from the newest", () => {
  const rows = transcriptRows([item(1, "t1"), item(2, "t1"), item(3, "t2")], 5, false);
  expect(rows.map((row) => (row.kind === "turn" ? `turn ${String(row.number)}` : row.id))).toEqual([
    "turn 4",
    "i1",
    "i2",
    "turn 5",
    "i3",
  ]);
});

it("leaves what the engine did itself where it happened", () => {
  const rows = transcriptRows([item(1), item(2, "t1"), item(3), item(4, "t1")], 1, false);
  expect(rows.map((row) => row.kind)).toEqual(["item", "turn", "item", "item", "item"]);
});

it("does not say that a turn begins where its beginning was not read", () => {
  const rows = transcriptRows([item(7, "t2"), item(8, "t3")], 3, true);
  expect(rows.map((row) => (row.kind === "turn" ? `turn ${String(row.number)}` : row.id))).toEqual([
    "i7",
    "turn 3",
    "i8",
  ]);
});

it("finds the turn before and after a row", () => {
  const rows = transcriptRows([item(1, "t1"), item(2, "t2"), item(3, "t3")], 3, false);
  expect(turnFrom(rows, 2, 1)).toBe(4);
  expect(turnFrom(rows, 2, -1)).toBe(0);
  expect(turnFrom(rows, 4, 1)).toBe(4);
});
