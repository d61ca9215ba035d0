import { createHash } from "node:crypto";
import { ok, type Result } from "../../../contract/errors.ts";
import type { Event } from "../../../contract/events.ts";
import type { DiffSummary, Gate, Workstream } from "../../../contract/states.ts";
import { checkoutOf } from "../checkout.ts";
import { judgeHarness } from "../gates/harness.ts";
import type { Deck } from "../crew.ts";

/** Looks at the worktree and judges the gates for exactly what it saw. */
export async function judge(deck: Deck, row: Workstream): Promise<Result<void>> {
  const seen = await look(deck, row, true);
  if (!seen.ok) return seen;
  const { diff, digest } = seen.value;
  const harness = await judgeHarness(deck, row, diff);
  if (!harness.ok) return harness;
  const fault = faultOf(row, diff);
  const result: Gate = {
    verdict: fault === undefined ? "passed" : "failed",
    digest,
    commit: diff.head,
    ...(fault === undefined ? {} : { why: fault }),
    at: diff.at,
  };
  return deck.tell([
    measured(row, diff),
    { type: "gate.judged", workstreamId: row.id, gate: "clean", result },
    { type: "gate.judged", workstreamId: row.id, gate: "harness", result: harness.value },
  ]);
}

/** Why the clean gate fails. What is judged must be the branch that lands, whatever else is checked out. */
function faultOf({ place }: Workstream, { dirty, astray }: DiffSummary): string | undefined {
  if (astray === true) return `The worktree is not on its own branch, ${place.branch}.`.slice(0, 600);
  return dirty ? "Work in the worktree is not committed." : undefined;
}

/** How big the work is by now, for the tile. */
export async function measure(deck: Deck, row: Workstream): Promise<Result<void>> {
  const seen = await look(deck, row, false);
  if (!seen.ok) return seen;
  // Looks overlap; one that began later has said more.
  const since = deck.row(row.id)?.diff;
  if (since !== undefined && since.at >= seen.value.diff.at) return ok(undefined);
  const { at: _then, ...before } = row.diff ?? { at: 0 };
  const { at: _now, ...after } = seen.value.diff;
  if (JSON.stringify(before) === JSON.stringify(after)) return ok(undefined);
  return deck.tell([measured(row, seen.value.diff)]);
}

function measured(row: Workstream, diff: DiffSummary): Event {
  return { type: "diff.measured", workstreamId: row.id, diff };
}

/** `at` is when the look began: what happens during it may or may not be in it. */
async function look(
  deck: Deck,
  row: Workstream,
  judged: boolean,
): Promise<Result<{ readonly diff: DiffSummary; readonly digest: string }>> {
  const at = checkoutOf(row);
  if (!at.ok) return at;
  // Later than all it follows, even if the clock was put back since.
  const began = Math.max(deck.clock.now(), row.turn?.endedAt ?? 0, (row.diff?.at ?? 0) + 1);
  const { base, branch, commit } = row.place;
  const seen = await deck.git.survey(at.value, { base: commit ?? base, branch, judged });
  if (!seen.ok) return seen;
  const { status, stat, commits, head } = seen.value;
  const digest = createHash("sha256")
    .update(JSON.stringify([head, status.entries]))
    .digest("hex");
  const astray = status.branch === branch ? {} : { astray: true };
  return ok({ digest, diff: { ...stat, commits, head, dirty: !status.clean, ...astray, at: began } });
}
