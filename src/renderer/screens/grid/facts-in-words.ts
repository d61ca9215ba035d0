import { conflictInWords, overlapInWords, type Forecast } from "../../../contract/forecast.ts";
import { gateNameSchema, type FleetState, type Gate, type Workstream } from "../../../contract/states.ts";
import { ageInWords, counted } from "../../store/format.ts";
import type { Standing } from "../../store/standing.ts";
import type { Ring } from "../../ui/gate-ring.tsx";

/** What stands on a tile in a sign or a number, and what it means. */
export interface Fact {
  readonly name: string;
  readonly words: string;
}

export function ageWords({ status, since }: Standing, now: number): string {
  return `${status} for ${ageInWords(Math.max(0, now - since))}`;
}

export function turnWords({ turns, turn }: Workstream): string {
  if (turns === 0 || turn === undefined) return "no turn yet";
  const last = turn.status === "sending" ? "beginning" : turn.status;
  return `turn ${String(turns)}, ${last}`;
}

export function tokenWords({ spent, budget }: Workstream): string {
  const total = spent.tokens.total;
  if (budget.tokens === undefined) return `${amount(total)} tokens, without a budget`;
  const share = Math.round((total / budget.tokens) * 100);
  return `${amount(total)} of ${amount(budget.tokens)} tokens, ${String(share)} % of the budget`;
}

export function diffWords({ diff }: Workstream): string {
  if (diff === undefined || (diff.files === 0 && !diff.dirty)) return "nothing changed yet";
  const parts = `+${amount(diff.added)} −${amount(diff.removed)} in ${counted(diff.files, "file")}, ${counted(diff.commits, "commit")}`;
  return `${parts}${diff.dirty ? ", and work not committed" : ""}`;
}

/** How far the gates are, of those that were judged since the last turn ended. */
export function ringOf(workstream: Workstream): Ring {
  const judged = judgedGates(workstream);
  const passed = judged.filter(([, { verdict }]) => verdict === "passed" || verdict === "waived").length;
  const failed = judged.some(([, { verdict }]) => verdict === "failed");
  const all = gateNameSchema.options.length;
  return {
    share: passed / all,
    tone: failed ? "failed" : judged.some(([, { verdict }]) => verdict === "pending") ? "pending" : "passed",
    says: gateWords(workstream),
  };
}

export function gateWords(workstream: Workstream): string {
  const judged = judgedGates(workstream);
  if (judged.length === 0) return "gates: not judged since its last turn";
  const each = judged.map(([name, { verdict, why }]) => `${name} ${verdict}${why === undefined ? "" : `: ${why}`}`);
  return `gates: ${each.join("; ")}`;
}

/** A verdict is old as soon as a later turn has ended. */
function judgedGates({ gates, turn }: Workstream): [string, Gate][] {
  return gateNameSchema.options.flatMap((name): [string, Gate][] => {
    const gate = gates[name];
    return gate === undefined || gate.at < (turn?.endedAt ?? 0) ? [] : [[name, gate]];
  });
}

/** What does not go together with other work, the worst first. */
export function forecastWords(forecast: Forecast | undefined, base: string, fleet: FleetState): string[] {
  if (forecast === undefined) return [];
  const conflict = conflictInWords(forecast, base);
  const overlaps = forecast.overlaps.flatMap((overlap) => {
    const other = fleet.workstreams[overlap.workstreamId];
    return other === undefined ? [] : [overlapInWords(overlap, `#${String(other.number)} ${other.name}`)];
  });
  const more = forecast.moreOverlaps === undefined ? [] : [`and so do ${String(forecast.moreOverlaps)} more`];
  return [...(conflict === undefined ? [] : [conflict]), ...overlaps, ...more];
}

/** All that stands on a tile, in words. */
export function factsInWords(standing: Standing, fleet: FleetState, unread: string | undefined, now: number): Fact[] {
  const { workstream } = standing;
  const { forecast, place } = workstream;
  return [
    { name: "age", words: `${ageWords(standing, now)}: since it needs you, else since its turn began or ended` },
    { name: "turn", words: turnWords(workstream) },
    { name: "tokens", words: tokenWords(workstream) },
    { name: "diff", words: `${diffWords(workstream)}; against where its branch began` },
    { name: "ring", words: gateWords(workstream) },
    ...forecastWords(forecast, place.base, fleet).map((words) => ({ name: "conflict", words })),
    ...(forecast === undefined
      ? []
      : [{ name: "forecast", words: "of what is committed; work in progress is not tried" }]),
    ...(unread === undefined ? [] : [{ name: "unread", words: unread }]),
  ];
}

function amount(count: number): string {
  return count.toLocaleString("en");
}
