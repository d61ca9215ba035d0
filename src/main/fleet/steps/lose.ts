import type { Result } from "../../../contract/errors.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { Deck } from "../crew.ts";
import { transcriptOf } from "../transcript-of.ts";
import { close } from "./close.ts";

/**
 * Records that the worktree's folder is gone, so that it is prepared again before anything else. Its thread is let go of: the
 * places it may write belong to a worktree that is no more.
 */
export async function lose(deck: Deck, row: Workstream): Promise<Result<void>> {
  await close(deck, row);
  const transcript = await transcriptOf(deck, row.id);
  const { place } = row;
  const again = place.adopted === undefined ? " It is made again from its branch; what was not committed is lost." : "";
  const text = `The worktree ${place.path} is gone.${again}`;
  const notice = transcript.add(
    { kind: "notice", level: "warning", text },
    { id: `lost:${deck.newId("i")}` },
    deck.clock.now(),
  );
  return deck.tell([
    { type: "worktree.lost", workstreamId: row.id },
    { type: "line.told", workstreamId: row.id, line: "Its worktree is gone" },
    ...notice,
  ]);
}
