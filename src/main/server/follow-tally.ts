import { tallyOf, type Tally } from "../../contract/tally.ts";
import type { Journal } from "./parts.ts";

/** Changes within so many milliseconds are told as one. */
const gatherFor = 250;
/** Something snoozed comes back without an event. */
const lookEvery = 30_000;

export interface TallyDeps {
  readonly journal: Pick<Journal, "published" | "subscribe">;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly tell: (tally: Tally) => void;
}

/** Tells how the fleet stands, at once and whenever that has changed. Returns its end. */
export function followTally({ journal, clock, tell }: TallyDeps): () => void {
  let told = "";
  let gathering: ReturnType<typeof setTimeout> | undefined;

  function look(): void {
    gathering = undefined;
    const tally = tallyOf(journal.published().state, clock());
    const text = JSON.stringify(tally);
    if (text === told) return;
    told = text;
    tell(tally);
  }

  const leave = journal.subscribe(() => {
    gathering ??= setTimeout(look, gatherFor);
  });
  const looking = setInterval(look, lookEvery);
  look();
  return () => {
    leave();
    clearTimeout(gathering);
    clearInterval(looking);
  };
}
