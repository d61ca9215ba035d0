import { describe, expect, it } from "vitest";
import type { Item, ItemBody } from "../../contract/items.ts";
import { foldsOver, rowAt, transcriptRows, turnFrom } from "./transcript-rows.ts";

const said: ItemBody = { kind: "message", text: "hello" };
const ran: ItemBody = { kind: "command", command: "ls", folder: "/", status: "completed", output: "" };

function items(...list: (readonly [turn: string | undefined, body: ItemBody])[]): Item[] {
  return list.map(([turn, body], at) => ({
    id: `i${String(at + 1)}`,
    workstreamId: "w00000001",
    ...(turn === undefined ? {} : { turnId: turn }),
    ordinal: at + 1,
    at: at + 1,
    body,
  }));
}

function rowsOf(list: Item[], { more = false, toggled = [] as string[] } = {}) {
  return transcriptRows({ items: list, turns: {}, more, toggled: new Set(toggled) });
}

const ids = (rows: ReturnType<typeof rowsOf>) => rows.map(({ id }) => id);

describe("rows of a transcript", () => {
  it("begin each turn with a head", () => {
    expect(ids(rowsOf(items(["t1", said], ["t1", said], ["t2", said])))).toEqual([
      "turn:t1",
      "i1",
      "i2",
      "turn:t2",
      "i3",
    ]);
  });

  it("leave out the head of a turn whose beginning is not here", () => {
    expect(ids(rowsOf(items(["t1", said], ["t2", said]), { more: true }))).toEqual(["i1", "turn:t2", "i2"]);
  });

  it("leave what the engine did itself where it happened", () => {
    expect(ids(rowsOf(items(["t1", said], [undefined, said], ["t1", said])))).toEqual(["turn:t1", "i1", "i2", "i3"]);
  });

  it("fold three or more things done one after the other, and no fewer", () => {
    const list = items(["t1", ran], ["t1", ran], ["t1", said], ["t1", ran], ["t1", ran], ["t1", ran]);
    expect(ids(rowsOf(list))).toEqual(["turn:t1", "i1", "i2", "i3", "group:i4"]);
    expect(ids(rowsOf(list, { toggled: ["group:i4"] })).slice(-4)).toEqual(["group:i4", "i4", "i5", "i6"]);
  });

  it("never fold what still runs, nor over the edge of a turn", () => {
    const running: ItemBody = { ...ran, status: "running" };
    const list = items(["t1", ran], ["t1", ran], ["t1", running], ["t2", ran], ["t2", ran]);
    expect(rowsOf(list).some(({ kind }) => kind === "group")).toBe(false);
  });

  it("fold the same together whichever page they came with", () => {
    const all = items(...Array.from({ length: 230 }, () => ["t1", ran] as const));
    const whole = ids(rowsOf(all));
    const newest = ids(rowsOf(all.slice(100), { more: true }));
    expect(whole.slice(-newest.length)).toEqual(newest);
  });

  it("hide a folded turn but for its head", () => {
    const list = items(["t1", said], ["t1", ran], ["t2", said]);
    expect(ids(rowsOf(list, { toggled: ["turn:t1"] }))).toEqual(["turn:t1", "turn:t2", "i3"]);
  });

  it("are found by the ordinal of an item, and by what folds it away", () => {
    const list = items(["t1", said], ["t1", ran], ["t1", ran], ["t1", ran], ["t2", said]);
    const rows = rowsOf(list);
    expect(rows[rowAt(rows, 3) ?? -1]?.id).toBe("group:i2");
    expect(rows[rowAt(rows, 1) ?? -1]?.id).toBe("i1");
    expect(foldsOver(rows, 3)).toEqual(["group:i2"]);
    const folded = rowsOf(list, { toggled: ["turn:t1"] });
    expect(foldsOver(folded, 3)).toEqual(["turn:t1"]);
    expect(foldsOver(folded, 5)).toEqual([]);
  });
});

it("goes from turn to turn, and says where there is none", () => {
  const rows = rowsOf(items(["t1", said], ["t2", said], ["t3", said]));
  expect(turnFrom(rows, 0, 1)).toBe(2);
  expect(turnFrom(rows, 4, -1)).toBe(2);
  expect(turnFrom(rows, 0, -1)).toBeUndefined();
  expect(turnFrom(rows, 4, 1)).toBeUndefined();
});
