import { unwrap } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Deck } from "./crew.ts";
import { createTranscript, type Transcript } from "./transcript.ts";

/** The one transcript writer of a workstream; the first use looks up where its numbering stands. */
export async function transcriptOf(deck: Deck, id: WorkstreamId): Promise<Transcript> {
  const crew = deck.crew(id);
  if (crew.transcript !== undefined) return crew.transcript;
  const last = unwrap(await deck.storage.lastOrdinal(id));
  crew.transcript ??= createTranscript(id, last);
  return crew.transcript;
}
