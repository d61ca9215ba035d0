import { fold } from "../../contract/fold.ts";
import type { FleetFrame } from "../../contract/procedures.ts";
import { emptyFleetState, type FleetState } from "../../contract/states.ts";

/** What the window knows of the fleet. */
export interface FleetMirror {
  readonly fleet: FleetState;
  /** The last event folded in; undefined before the first snapshot. */
  readonly seq: number | undefined;
  /** The last few live lines of each workstream, oldest first. Starts with what was seen since the window opened. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
  /** What became of the newest words, by their id; of those before the last snapshot nothing is known. */
  readonly settledWords: Readonly<Record<string, SettledWords>>;
}

export type SettledWords = { readonly kind: "delivered" } | { readonly kind: "dropped"; readonly why: string };

export const emptyMirror: FleetMirror = { fleet: emptyFleetState, seq: undefined, lines: {}, settledWords: {} };

const keptLines = 10;
const keptWords = 100;

/** Takes one frame of the feed in. Events that are not newer than the mirror are skipped, so a repeated one does no harm. */
export function applyFleetFrame(mirror: FleetMirror, frame: FleetFrame): FleetMirror {
  if (frame.kind === "snapshot") {
    const { settledWords } = mirror;
    return { fleet: frame.state, seq: frame.seq, lines: linesOfSnapshot(mirror.lines, frame.state), settledWords };
  }
  let { fleet, seq, lines, settledWords } = mirror;
  for (const envelope of frame.envelopes) {
    if (seq !== undefined && envelope.seq <= seq) continue;
    fleet = fold(fleet, envelope);
    seq = envelope.seq;
    const { event } = envelope;
    if (event.type === "line.told") lines = withLine(lines, event.workstreamId, event.line);
    if (event.type === "words.delivered") settledWords = withWords(settledWords, event.wordsId, { kind: "delivered" });
    if (event.type === "words.dropped")
      settledWords = withWords(settledWords, event.wordsId, { kind: "dropped", why: event.why });
  }
  return { fleet, seq, lines, settledWords };
}

function linesOfSnapshot(known: FleetMirror["lines"], fleet: FleetState): FleetMirror["lines"] {
  let lines: FleetMirror["lines"] = {};
  for (const { id, line } of Object.values(fleet.workstreams)) {
    lines = { ...lines, [id]: known[id] ?? [] };
    if (line !== "") lines = withLine(lines, id, line);
  }
  return lines;
}

function withLine(lines: FleetMirror["lines"], id: string, line: string): FleetMirror["lines"] {
  const before = lines[id] ?? [];
  if (before.at(-1) === line) return lines;
  return { ...lines, [id]: [...before, line].slice(-keptLines) };
}

function withWords(words: FleetMirror["settledWords"], id: string, settled: SettledWords): FleetMirror["settledWords"] {
  const entries = Object.entries(words).slice(1 - keptWords);
  return { ...Object.fromEntries(entries), [id]: settled };
}
