import { expect, it } from "vitest";
import type { TerminalRun } from "../../contract/terminals.ts";
import { withPreviews } from "./follow-previews.ts";

const run = (text: string): TerminalRun[] => [[text, -1, 0]];

it("keeps rows that did not change as they are, and drops those of a terminal that has ended", () => {
  const first = withPreviews(
    {},
    [
      {
        workstreamId: "w1",
        count: 2,
        changed: [
          [0, run("a")],
          [1, run("b")],
        ],
      },
    ],
    5,
  );
  const second = withPreviews(
    first,
    [
      {
        workstreamId: "w1",
        count: 3,
        changed: [
          [2, run("c")],
          [9, run("none")],
        ],
      },
    ],
    6,
  );
  expect(second["w1"]).toEqual({ rows: [run("a"), run("b"), run("c")], at: 6 });
  expect(second["w1"]?.rows[0]).toBe(first["w1"]?.rows[0]);
  expect(withPreviews(second, [{ workstreamId: "w1", count: 1, changed: [] }], 7)["w1"]?.rows).toEqual([run("a")]);
  expect(withPreviews(second, [{ workstreamId: "w1", count: 0, changed: [] }], 7)).toEqual({});
});
