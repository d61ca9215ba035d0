import type { ReactNode } from "react";
import { splits, type Split } from "../../../contract/attention.ts";
import { isRunning } from "../../store/abilities.ts";
import { canAct, useApp, useEngine } from "../../store/app.ts";
import { clock } from "../../store/format.ts";
import type { QueueView } from "../../store/queue.ts";
import type { FleetState } from "../../../contract/states.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { splitNames } from "./split-names.ts";
import { useNow } from "../use-now.ts";

/** Nothing is wanted here: says so, what goes on meanwhile, and what the time could be used for. */
export function Silence({ counts, split }: { counts: QueueView["counts"]; split: Split }): ReactNode {
  const { actions } = useApp();
  const now = useNow();
  const told = useEngine(({ fleet }) => fleetWords(fleet, now));
  const able = useEngine(canAct);
  const elsewhere = splits.filter((one) => one !== split && counts[one] > 0);
  const needed = elsewhere.some((one) => one !== "snoozed");
  return (
    <div className="silence" role="status">
      <p className="silence-head">{headline(split, needed)}</p>
      <p>{told}</p>
      <div className="queue-verbs">
        {elsewhere.map((one) => (
          <VerbButton
            key={one}
            label={`${String(counts[one])} in ${splitNames[one]}`}
            {...(one === elsewhere[0] ? { command: "next-split" as const } : {})}
            tone={one === elsewhere[0] && needed ? "primary" : "plain"}
            onPress={() => actions.showSplit(one)}
          />
        ))}
        {!needed && able && (
          <VerbButton label="Start a workstream" command="start" onPress={() => actions.openOverlay("start")} />
        )}
        {!needed && (
          <VerbButton label="Watch the grid" command="go-grid" onPress={() => actions.go({ screen: "grid" })} />
        )}
      </div>
    </div>
  );
}

function headline(split: Split, needed: boolean): string {
  if (split === "snoozed") return "Nothing is snoozed.";
  return needed ? `Nothing in ${splitNames[split]}.` : "Nothing needs you.";
}

/** How many work, and the next moment at which one surely comes to the human: only what is known. */
function fleetWords({ workstreams, attention }: FleetState, now: number): string {
  const rows = Object.values(workstreams);
  const working = rows.filter((row) => isRunning(row) || row.phase === "preparing" || row.phase === "gating").length;
  const queued = rows.filter(({ phase }) => phase === "queued").length;
  const counts = [
    working === 0 ? "Nobody is working." : `${String(working)} working.`,
    ...(queued === 0 ? [] : [`${String(queued)} queued.`]),
  ];
  const [next] = [...snoozeEnds(attention, now), ...budgetEnds(rows, now)].toSorted((a, b) => a.at - b.at);
  if (next !== undefined) counts.push(`Next check-in about ${clock(next.at)}: ${next.why}.`);
  return counts.join(" ");
}

interface CheckIn {
  readonly at: number;
  readonly why: string;
}

const day = 86_400_000;

function snoozeEnds(attention: FleetState["attention"], now: number): CheckIn[] {
  return Object.values(attention).flatMap(({ snoozedUntil = 0 }) =>
    snoozedUntil > now && snoozedUntil < now + day ? [{ at: snoozedUntil, why: "a snooze ends" }] : [],
  );
}

/** When one that runs has used its minutes, at the latest. */
function budgetEnds(rows: readonly FleetState["workstreams"][string][], now: number): CheckIn[] {
  return rows.flatMap((row) => {
    const { minutes } = row.budget;
    if (minutes === undefined || !isRunning(row)) return [];
    const left = Math.max(0, minutes - row.spent.minutes) * 60_000;
    return left > day ? [] : [{ at: now + left, why: `${row.name} has used its minutes by then` }];
  });
}
