import { ok, type Result } from "../../../contract/errors.ts";
import { restingPhases, type Phase, type Workstream } from "../../../contract/states.ts";
import type { Deck } from "../crew.ts";
import { runProjectHook } from "../hooks.ts";

/** Brings a workstream into another phase. Where it comes to rest, the project's own clearing up runs. */
export async function move(
  deck: Deck,
  row: Workstream,
  phase: Phase,
  reason: string | undefined,
): Promise<Result<void>> {
  const told = await deck.tell([
    {
      type: "workstream.moved",
      workstreamId: row.id,
      phase,
      ...(reason === undefined ? {} : { reason: reason.slice(0, 600) }),
    },
  ]);
  if (!told.ok) return told;
  if (row.threadId === undefined || !(phase === "ready" || restingPhases.includes(phase))) return ok(undefined);
  const hook = await runProjectHook(deck, row, "after_run", deck.policy(row).hooks.afterRun);
  if (!hook.ok) deck.log(`The after_run hook of ${row.name} failed; that holds nothing up.`, hook.error);
  return ok(undefined);
}
