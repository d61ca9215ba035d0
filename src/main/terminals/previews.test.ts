import { describe, expect, it } from "vitest";
import type { TerminalRun } from "../../contract/terminals.ts";
import { createPreviewQueue } from "./preview-queue.ts";
import { createPreviews, type Previewed } from "./previews.ts";

const plain = (text: string): TerminalRun[] => [[text, -1, 0]];
const terminal = (drawn: number, ...rows: string[]): Previewed => ({
  id: "x1",
  workstreamId: "w1",
  drawn,
  rows: (most) => rows.slice(-most).map(plain),
});

describe("previews", () => {
  it("tell the rows that changed, and nothing while nothing was drawn", () => {
    const changes = createPreviews(["w1", "w2"], 3);
    expect(changes([terminal(1, "a", "b")])).toEqual([
      {
        workstreamId: "w1",
        count: 2,
        changed: [
          [0, plain("a")],
          [1, plain("b")],
        ],
      },
    ]);
    expect(changes([terminal(1, "not asked for")])).toEqual([]);
    expect(changes([terminal(2, "a", "c")])).toEqual([{ workstreamId: "w1", count: 2, changed: [[1, plain("c")]] }]);
    expect(changes([terminal(3, "a", "c")])).toEqual([]);
    expect(changes([terminal(4, "a")])).toEqual([{ workstreamId: "w1", count: 1, changed: [] }]);
  });

  it("are of the last rows of those that are wanted, and end with the terminal", () => {
    const changes = createPreviews(["w1"], 2);
    const other = { ...terminal(1, "x"), workstreamId: "w9" };
    expect(changes([other, terminal(1, "a", "b", "c")])).toMatchObject([
      {
        count: 2,
        changed: [
          [0, plain("b")],
          [1, plain("c")],
        ],
      },
    ]);
    expect(changes([other])).toEqual([{ workstreamId: "w1", count: 0, changed: [] }]);
    expect(changes([other])).toEqual([]);
  });

  it("keep of each row only the newest for a reader that is slow", async () => {
    let gone = 0;
    const left = new AbortController();
    const queue = createPreviewQueue(left.signal, () => (gone += 1));
    for (let at = 0; at < 1_000; at += 1) {
      queue.put([{ workstreamId: "w1", count: 2, changed: [[at % 2, plain(String(at))]] }]);
    }
    const frames = queue.frames();
    expect(await frames.next()).toMatchObject({
      value: {
        previews: [
          {
            workstreamId: "w1",
            count: 2,
            changed: [
              [0, plain("998")],
              [1, plain("999")],
            ],
          },
        ],
      },
    });
    left.abort();
    expect([await frames.next(), gone]).toEqual([{ done: true, value: undefined }, 1]);
  });
});
