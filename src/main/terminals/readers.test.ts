import { beforeEach, describe, expect, it } from "vitest";
import type { TerminalFrame } from "../../contract/terminals.ts";
import { createReaders, type Readers } from "./readers.ts";

let readers: Readers;
let frames: [number, TerminalFrame][];
let timers: { readonly ms: number; readonly call: () => void }[];
let changes: number;

beforeEach(() => {
  frames = [];
  timers = [];
  changes = 0;
  readers = createReaders({
    told: (reader, frame) => frames.push([reader, frame]),
    snapshot: () => ({ cols: 80, rows: 24, screen: "the screen" }),
    changed: () => (changes += 1),
    later(ms, call) {
      const timer = { ms, call };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
  });
});

/** Lets everything that waits for so long pass. */
function pass(ms: number): void {
  const due = timers.filter((timer) => timer.ms === ms);
  timers = timers.filter((timer) => timer.ms !== ms);
  for (const { call } of due) call();
}
const gathered = () => pass(8);
const patience = () => pass(2_000);
const kinds = () => frames.map(([, frame]) => frame.kind);

describe("readers of a terminal", () => {
  it("begin with the screen, and are told what comes after it in one frame for a while", () => {
    readers.put("before");
    readers.add(1);
    readers.put("a");
    readers.put("b");
    expect(kinds()).toEqual(["snapshot"]);
    gathered();
    expect(frames).toEqual([
      [1, { kind: "snapshot", reader: 1, at: 6, cols: 80, rows: 24, screen: "the screen" }],
      [1, { kind: "output", at: 8, text: "ab" }],
    ]);
  });

  it("who come later are told nothing of what their screen holds", () => {
    readers.add(1);
    readers.put("a");
    readers.add(2);
    gathered();
    expect(frames.filter(([reader]) => reader === 2).map(([, frame]) => frame.kind)).toEqual(["snapshot"]);
    expect(frames.filter(([reader]) => reader === 1)).toHaveLength(2);
  });

  it("have a program wait above the high mark, and go on below the low one", () => {
    readers.add(1);
    readers.put("x".repeat(400_001));
    gathered();
    expect(readers.behind(false)).toBe(true);
    readers.ack(1, 300_000);
    expect(readers.behind(true)).toBe(true);
    readers.ack(1, 300_001);
    expect(readers.behind(true)).toBe(false);
  });

  it("cannot acknowledge what they were not told", () => {
    readers.add(1);
    readers.put("x".repeat(400_001));
    readers.ack(1, 400_001);
    expect(readers.behind(false)).toBe(true);
  });

  it("that go away are waited for no longer", () => {
    readers.add(1);
    readers.put("x".repeat(400_001));
    gathered();
    readers.remove(1);
    expect([readers.behind(true), changes]).toEqual([false, 1]);
  });

  it("that draw nothing are left behind after a while, and begin anew once they have drawn what they were told", () => {
    readers.add(1);
    readers.add(2);
    readers.put("x".repeat(400_001));
    gathered();
    readers.ack(2, 400_001);
    expect(readers.behind(false)).toBe(true);
    patience();
    expect([readers.behind(true), changes]).toEqual([false, 2]);
    readers.put("later");
    gathered();
    expect(frames.at(-1)).toEqual([2, expect.objectContaining({ text: "later" })]);
    readers.ack(1, 200_000);
    expect(frames.filter(([reader]) => reader === 1)).toHaveLength(2);
    readers.ack(1, 400_001);
    expect(frames.at(-1)).toEqual([1, expect.objectContaining({ kind: "snapshot", at: 400_006 })]);
  });

  it("that draw, however slowly, are not left behind", () => {
    readers.add(1);
    readers.put("x".repeat(900_000));
    gathered();
    expect(readers.behind(false)).toBe(true);
    readers.ack(1, 50_000);
    expect(timers.filter(({ ms }) => ms === 2_000)).toEqual([]);
    expect(readers.behind(true)).toBe(true);
    expect(timers.filter(({ ms }) => ms === 2_000)).toHaveLength(1);
  });

  it("are told the end after all that came before it", () => {
    readers.add(1);
    readers.put("last words");
    readers.end({ kind: "ended", why: "exited", exitCode: 3 });
    expect(kinds()).toEqual(["snapshot", "output", "ended"]);
    expect(readers.behind(true)).toBe(false);
  });
});
