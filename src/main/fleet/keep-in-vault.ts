import type { Event } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Deck } from "./crew.ts";
import { workOf } from "./place.ts";
import { transcriptOf } from "./transcript-of.ts";

type BringsWork = Extract<Event, { type: "worktree.prepared" | "turn.ended" | "gate.judged" }>;

/** Whether there may be commits that the vault does not have. The first worktree of a project has its vault made. */
export function bringsWork(event: Event): event is BringsWork {
  return event.type === "worktree.prepared" || event.type === "turn.ended" || event.type === "gate.judged";
}

/** Copies what was committed to the vault. Nobody waits for it; that it failed is told in the transcript, once for each reason. */
export async function keepInVault(deck: Deck, id: WorkstreamId): Promise<void> {
  const row = deck.row(id);
  // Until it is prepared nothing of it is there; while it is being taken away, whoever does so copies it.
  if (row?.place.gitDir === undefined || row.phase === "deleting" || row.phase === "paused") return;
  const work = workOf(deck, row);
  if (!work.ok) return;
  const kept = await deck.vault.keep(work.value);
  const crew = deck.crew(id);
  const trouble = kept.ok ? undefined : kept.error;
  if (trouble?.message === crew.vaultTrouble || deck.closing()) return;
  crew.vaultTrouble = trouble?.message;
  if (trouble === undefined || trouble.code === "CANCELLED") return;
  deck.log(`${row.name}: ${trouble.message}`, trouble.cause);
  const transcript = await transcriptOf(deck, id);
  const text = `${trouble.message} ${trouble.next}`;
  await deck.tell(
    transcript.add({ kind: "notice", level: "warning", text }, { id: deck.newId("i") }, deck.clock.now()),
  );
}
