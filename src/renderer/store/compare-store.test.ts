import { expect, it } from "vitest";
import type { Attempt } from "../../contract/attempts.ts";
import { otherAttempt, selectedAttempt, sharedFiles } from "./compare-store.ts";
import { aWorkstream } from "./sample-rows.ts";

function attempt(number: number, paths: readonly string[]): Attempt {
  return {
    workstream: aWorkstream({ number, id: `w0000000${String(number)}` }),
    files: paths.map((path) => ({ path, change: "modified", binary: false, added: 1, removed: 0 })),
    moreFiles: 0,
    added: 0,
    removed: 0,
    commits: [],
    moreCommits: false,
    tests: [],
    attention: { commands: 0, focusedMs: 0 },
  };
}

const attempts = [attempt(1, ["b", "a"]), attempt(2, ["a", "c"]), attempt(3, ["a", "b"])];

it("puts the files that most touched first", () => {
  expect(sharedFiles(attempts).map(({ path, touched }) => `${path} ${String(touched)}`)).toEqual(["a 3", "b 2", "c 1"]);
  expect(sharedFiles(attempts)[1]?.by.map((file) => file !== undefined)).toEqual([true, false, true]);
});

it("acts on the one it was asked for by, against the first other, unless others were chosen", () => {
  const read = { number: 2, told: { ticket: { key: "T", title: "", body: "" }, attempts, leftOut: 0 } };
  const numbers = (state: { selected?: string; against?: string }) => {
    const whole = { read, selected: state.selected, against: state.against };
    return [selectedAttempt(whole)?.workstream.number, otherAttempt(whole)?.workstream.number];
  };
  expect(numbers({})).toEqual([2, 1]);
  expect(numbers({ selected: "w00000001" })).toEqual([1, 2]);
  expect(numbers({ selected: "w00000001", against: "w00000003" })).toEqual([1, 3]);
  expect(numbers({ selected: "w00000003", against: "w00000003" })).toEqual([3, 1]);
});
