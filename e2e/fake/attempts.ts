import type { Attempt, Comparison } from "../../src/contract/attempts.ts";
import type { Workstream } from "../../src/contract/states.ts";
import type { createFakeFleet } from "./fake-fleet.ts";

type Fleet = Pick<ReturnType<typeof createFakeFleet>, "state" | "detailOf" | "tell" | "ids">;

/** Has a workstream become one of so many attempts at its ticket. */
export function attemptAgain(fleet: Fleet, number: number, attempts: number): void {
  const row = fleet.state().workstreams[fleet.ids.workstream(number)];
  if (row === undefined) throw new Error("There is no such workstream.");
  for (let attempt = 2; attempt <= attempts; attempt += 1) {
    const own = 100 + attempt;
    const id = fleet.ids.workstream(own);
    const workstream: Workstream = {
      ...row,
      id,
      number: own,
      name: `${row.name.slice(0, 90)}-${String(attempt)}`,
      attempt,
      phase: attempt % 2 === 0 ? "ready" : "working",
    };
    fleet.tell({ type: "workstream.created", workstream });
  }
}

/** As the engine would compare them: numbers that differ, and nothing that is true. */
export function comparisonOf(fleet: Fleet, id: string): Comparison {
  const all = Object.values(fleet.state().workstreams);
  const row = all.find((each) => each.id === id);
  if (row === undefined) throw new Error("There is no such workstream.");
  const attempts = all.filter(({ ticket }) => ticket.key === row.ticket.key).map((each, at) => attemptOf(each, at));
  return { ticket: fleet.detailOf(id).ticket, attempts: attempts.slice(0, 8), leftOut: 0 };
}

function attemptOf(workstream: Workstream, at: number): Attempt {
  const paths = ["src/index/rebuild.ts", "src/index/live.ts", `src/index/way-${String(at)}.ts`].slice(at % 2);
  return {
    workstream,
    files: paths.map((path, nth) => ({
      path,
      change: "modified",
      binary: false,
      added: 10 * (at + 1) + nth,
      removed: nth,
    })),
    moreFiles: 0,
    added: 30 * (at + 1),
    removed: 3,
    head: "4f1c2ab94f1c2ab94f1c2ab94f1c2ab94f1c2ab9",
    commits: [
      { id: "4f1c2ab94f1c2ab94f1c2ab94f1c2ab94f1c2ab9", subject: "Rebuild the index beside the live one", at: 1 },
    ],
    moreCommits: false,
    tests:
      at === 2 ? [] : [{ command: "npm test -- index", exitCode: at === 1 ? 1 : 0, at: 1, ordinal: 9, times: 2 + at }],
    message: {
      text: "Rebuilt beside the live index, switched with `rename`; writes go on meanwhile.",
      at: 1,
      ordinal: 12,
    },
    attention: { commands: at, focusedMs: at * 21_000 },
  };
}
