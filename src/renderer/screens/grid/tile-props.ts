import type { FleetState } from "../../../contract/states.ts";
import { age, compact } from "../../store/format.ts";
import type { Standing } from "../../store/standing.ts";
import type { TileProps } from "../../ui/tile.tsx";
import { ageWords, diffWords, forecastWords, ringOf, tokenWords, turnWords } from "./facts-in-words.ts";

type Shown = Omit<TileProps, "project" | "selected" | "chosen" | "enlarged" | "over" | "live" | "onSelect" | "onOpen">;

/** What a tile shows of a workstream: plain values, so that it is drawn again only when one of them differs. */
export function tilePropsOf(
  standing: Standing,
  fleet: FleetState,
  seen: { readonly lines: readonly string[] | undefined; readonly unread: string | undefined; readonly now: number },
): Shown {
  const { workstream, status, line, since, still } = standing;
  const { spent, budget, diff, ticket, forecast, place } = workstream;
  const total = spent.tokens.total;
  const ring = ringOf(workstream);
  const overlapping = forecast?.overlaps.some(({ conflicts }) => conflicts) === true;
  return {
    id: workstream.id,
    number: workstream.number,
    name: workstream.name,
    title: ticket.title,
    status,
    still,
    lines: withNow(seen.lines ?? noLines, line),
    age: age(Math.max(0, seen.now - since)),
    ageSays: ageWords(standing, seen.now),
    turn: workstream.turns,
    turnSays: turnWords(workstream),
    tokens: budget.tokens === undefined ? compact(total) : `${compact(total)}/${compact(budget.tokens)}`,
    tokensSay: tokenWords(workstream),
    share: budget.tokens === undefined ? undefined : total / budget.tokens,
    gateShare: ring.share,
    gateTone: ring.tone,
    gatesSay: ring.says,
    added: diff?.added ?? 0,
    removed: diff?.removed ?? 0,
    dirty: diff?.dirty ?? false,
    diffSays: diffWords(workstream),
    conflict: forecast?.conflict !== undefined ? "base" : overlapping ? "sibling" : undefined,
    conflictSays: forecastWords(forecast, place.base, fleet).join("; "),
    unread: seen.unread,
    unconfined:
      workstream.confinement === "none" ? "agent" : workstream.commandConfinement === "none" ? "hooks" : undefined,
  };
}

const noLines: readonly string[] = [];
const withNowCache = new WeakMap<readonly string[], { line: string; lines: readonly string[] }>();

/** The live lines with the present one last; the same array for the same lines. */
function withNow(lines: readonly string[], line: string): readonly string[] {
  if (lines.at(-1) === line) return lines;
  const cached = withNowCache.get(lines);
  if (cached?.line === line) return cached.lines;
  const made = [...lines, line];
  withNowCache.set(lines, { line, lines: made });
  return made;
}
