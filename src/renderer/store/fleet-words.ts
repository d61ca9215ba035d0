import type { AttentionItem } from "../../contract/states.ts";
import { isRunning } from "./abilities.ts";
import { clock } from "./format.ts";
import type { Standing, Status } from "./standing.ts";

const busy: ReadonlySet<Status> = new Set<Status>(["working", "gating", "landing"]);
const day = 86_400_000;

/** A moment at which something surely comes to the human. */
interface CheckIn {
  readonly at: number;
  readonly why: string;
}

/** How many work, and when the human is surely needed next: only what is known. */
export function fleetWords(
  standings: readonly Standing[],
  attention: Readonly<Record<string, AttentionItem>>,
  now: number,
): string {
  const working = standings.filter(({ status, still }) => busy.has(status) && !still).length;
  const queued = standings.filter(({ workstream }) => workstream.phase === "queued").length;
  const words = [working === 0 ? "Nobody is working." : `${String(working)} working.`];
  if (queued > 0) words.push(`${String(queued)} queued.`);
  const [next] = [...snoozeEnds(attention, now), ...budgetEnds(standings, now)].toSorted((a, b) => a.at - b.at);
  if (next !== undefined) words.push(`Next check-in about ${clock(next.at)}: ${next.why}.`);
  return words.join(" ");
}

function snoozeEnds(attention: Readonly<Record<string, AttentionItem>>, now: number): CheckIn[] {
  return Object.values(attention).flatMap(({ snoozedUntil = 0 }) =>
    snoozedUntil > now && snoozedUntil < now + day ? [{ at: snoozedUntil, why: "a snooze ends" }] : [],
  );
}

/** When one that runs has used its minutes, at the latest. */
function budgetEnds(standings: readonly Standing[], now: number): CheckIn[] {
  return standings.flatMap(({ workstream, status }) => {
    const { minutes } = workstream.budget;
    if (minutes === undefined || status !== "working" || !isRunning(workstream)) return [];
    const left = Math.max(0, minutes - workstream.spent.minutes) * 60_000;
    return left > day ? [] : [{ at: now + left, why: `${workstream.name} has used its minutes by then` }];
  });
}
