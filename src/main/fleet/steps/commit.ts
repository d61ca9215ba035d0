import type { Result } from "../../../contract/errors.ts";
import type { Event } from "../../../contract/events.ts";
import type { Workstream } from "../../../contract/states.ts";
import { checkoutOf } from "../checkout.ts";
import type { Deck } from "../crew.ts";
import { transcriptOf } from "../transcript-of.ts";
import { judge } from "./judge.ts";

/** Commits what the author left uncommitted, where policy has the engine do so, and judges again. */
export async function commit(deck: Deck, row: Workstream): Promise<Result<void>> {
  const at = checkoutOf(row);
  if (!at.ok) return at;
  const key = `${row.turn?.id ?? row.id}:commit`;
  const intended = await deck.tell([
    { type: "step.intended", workstreamId: row.id, intent: { key, step: "commit", at: deck.clock.now() } },
  ]);
  if (!intended.ok) return intended;
  const made = await deck.git.commit(at.value, {
    branch: row.place.branch,
    message: row.ticket.title,
    author: { name: "Coxswain", email: "coxswain@localhost" },
  });
  if (!made.ok) return made;
  const settled = await deck.tell([
    { type: "step.settled", workstreamId: row.id, key },
    ...(made.value.unsigned === true ? await unsignedNotice(deck, row) : []),
  ]);
  return settled.ok ? judge(deck, row) : settled;
}

async function unsignedNotice(deck: Deck, row: Workstream): Promise<Event[]> {
  const transcript = await transcriptOf(deck, row.id);
  const text =
    "Coxswain committed what was left, and did not sign it as `commit.gpgSign` says: a signature is yours to give. `git rebase --gpg-sign` gives it.";
  return transcript.add({ kind: "notice", level: "info", text }, { id: deck.newId("i") }, deck.clock.now());
}
