import { unwrap } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Deck } from "./crew.ts";
import { createTranscript, type Transcript } from "./transcript.ts";

/** How far back items are looked for that an earlier engine left open. */
const lookBack = 500;

/** The one transcript writer of a workstream; the first use looks up where its numbering stands and what was left open. */
export async function transcriptOf(deck: Deck, id: WorkstreamId): Promise<Transcript> {
  const crew = deck.crew(id);
  if (crew.transcript !== undefined) return crew.transcript;
  const [last, page] = await Promise.all([deck.storage.lastOrdinal(id), deck.storage.items(id, undefined, lookBack)]);
  const left = unwrap(page).items.filter((item) => item.endedAt === undefined);
  crew.transcript ??= createTranscript(id, unwrap(last), left);
  return crew.transcript;
}
