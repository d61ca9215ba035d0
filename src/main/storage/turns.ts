import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { problemSchema } from "../../contract/errors.ts";
import type { Envelope } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Item } from "../../contract/items.ts";
import { spentSchema, type Spent, type TurnFacts, type Usage } from "../../contract/usage.ts";
import { isGoOn } from "./go-on.ts";

/** Turns told with a workstream's usage; older ones are in its sums only. */
const usageTurns = 200;

const turnSchema = z.object({
  id: z.string(),
  workstream_id: z.string(),
  number: z.number(),
  cause: z.string(),
  opened_at: z.number(),
  ended_at: z.number().nullable(),
  outcome: z.string().nullable(),
  problem: z.string().nullable(),
  spent_before: z.string().nullable(),
  spent_after: z.string().nullable(),
});
type StoredTurn = z.infer<typeof turnSchema>;

const liveSchema = z.object({ data: z.string() });
const withSpentSchema = z.object({ spent: spentSchema });
const phaseSchema = z.object({ at: z.number(), phase: z.string() });
const commandSchema = z.object({
  at: z.number(),
  name: z.string(),
  focused_ms: z.number().nullable(),
  input: z.string().nullable(),
});

/** Turns and phases of workstreams over time, and what they cost; written as events tell of them. */
export function createTurns(db: DatabaseSync) {
  const open = db.prepare(
    "INSERT OR IGNORE INTO turns (id, workstream_id, number, cause, opened_at, spent_before) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const end = db.prepare("UPDATE turns SET ended_at = ?, outcome = ?, problem = ?, spent_after = ? WHERE id = ?");
  const moved = db.prepare("INSERT INTO phases (workstream_id, at, phase) VALUES (?, ?, ?)");
  const one = db.prepare("SELECT * FROM turns WHERE id = ?");
  const newest = db.prepare("SELECT * FROM turns WHERE workstream_id = ? ORDER BY number DESC LIMIT ?");
  const live = db.prepare("SELECT data FROM workstreams_live WHERE id = ?");
  const phases = db.prepare("SELECT at, phase FROM phases WHERE workstream_id = ? ORDER BY n");
  const commands = db.prepare(
    `SELECT at, name, focused_ms, CASE WHEN name = 'workstream.steer' THEN input END AS input
     FROM commands WHERE workstream_id = ? AND actor = '{"kind":"human"}' ORDER BY at`,
  );
  /** Totals told since the database was opened: the rows have them only after the events. */
  const told = new Map<WorkstreamId, Spent>();

  function spentOf(id: WorkstreamId): Spent | undefined {
    const known = told.get(id);
    if (known !== undefined) return known;
    const row = liveSchema.optional().parse(live.get(id));
    return row === undefined ? undefined : withSpentSchema.safeParse(JSON.parse(row.data)).data?.spent;
  }

  function kept(id: WorkstreamId): string | null {
    const spent = spentOf(id);
    return spent === undefined ? null : JSON.stringify(spent);
  }

  function keep({ event, at }: Envelope): void {
    switch (event.type) {
      case "workstream.created":
        moved.run(event.workstream.id, at, event.workstream.phase);
        told.set(event.workstream.id, event.workstream.spent);
        return;
      case "workstream.moved":
        moved.run(event.workstreamId, at, event.phase);
        return;
      case "usage.counted":
        told.set(event.workstreamId, event.spent);
        return;
      case "turn.opened": {
        const { id, number, cause, startedAt } = event.turn;
        open.run(id, event.workstreamId, number, cause, startedAt, kept(event.workstreamId));
        return;
      }
      case "turn.ended": {
        const problem = event.problem === undefined ? null : JSON.stringify(event.problem);
        end.run(at, event.outcome, problem, kept(event.workstreamId), event.turnId);
        return;
      }
      case "workstream.deleted":
        told.delete(event.workstreamId);
        return;
      default:
    }
  }

  function factsOf(turn: StoredTurn): TurnFacts {
    const before = readSpent(turn.spent_before);
    const after = turn.ended_at === null ? spentOf(turn.workstream_id) : readSpent(turn.spent_after);
    const problem = turn.problem === null ? undefined : problemSchema.safeParse(JSON.parse(turn.problem)).data?.message;
    return {
      id: turn.id,
      number: turn.number,
      cause: turn.cause,
      openedAt: turn.opened_at,
      ...(turn.ended_at === null ? {} : { endedAt: turn.ended_at }),
      ...(turn.outcome === null ? {} : { outcome: turn.outcome }),
      ...(problem === undefined ? {} : { problem }),
      ...(before === undefined || after === undefined ? {} : { before, after }),
    };
  }

  return {
    keep,
    /** The turns that items belong to, in their order. */
    of(items: readonly Item[]): TurnFacts[] {
      const ids = new Set(items.flatMap(({ turnId }) => turnId ?? []));
      return [...ids].flatMap((id) => {
        const row = turnSchema.optional().parse(one.get(id));
        return row === undefined ? [] : [factsOf(row)];
      });
    },
    usage(id: WorkstreamId, now: number): Omit<Usage, "spent" | "budget"> {
      const rows = z.array(turnSchema).parse(newest.all(id, usageTurns + 1));
      const moves = z.array(phaseSchema).parse(phases.all(id));
      const [first] = moves;
      return {
        turns: rows.slice(0, usageTurns).map(factsOf).toReversed(),
        moreTurns: rows.length > usageTurns,
        phases: timeIn(moves, now),
        ...(first === undefined ? {} : { since: first.at }),
        human: humanSide(z.array(commandSchema).parse(commands.all(id)), moves),
      };
    },
  };
}

type Move = z.infer<typeof phaseSchema>;

/** How long it was in each phase, the longest first. */
function timeIn(moves: readonly Move[], now: number): Usage["phases"] {
  const sums = new Map<string, number>();
  for (const [index, { at, phase }] of moves.entries()) {
    const ms = Math.max(0, (moves[index + 1]?.at ?? now) - at);
    sums.set(phase, (sums.get(phase) ?? 0) + ms);
  }
  return [...sums].map(([phase, ms]) => ({ phase, ms })).toSorted((a, b) => b.ms - a.ms);
}

function humanSide(commands: readonly z.infer<typeof commandSchema>[], moves: readonly Move[]): Usage["human"] {
  const byName = new Map<string, { count: number; focusedMs: number }>();
  let focusedMs = 0;
  let continues = 0;
  for (const { at, name, focused_ms: focused, input } of commands) {
    const sum = byName.get(name) ?? { count: 0, focusedMs: 0 };
    byName.set(name, { count: sum.count + 1, focusedMs: sum.focusedMs + (focused ?? 0) });
    focusedMs += focused ?? 0;
    if (name === "workstream.steer" ? isGoOn(input) : name === "workstream.retry" && failedBefore(moves, at)) {
      continues += 1;
    }
  }
  return {
    focusedMs,
    commands: [...byName]
      .map(([name, sum]) => ({ name, ...sum }))
      .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name))
      .slice(0, 200),
    continues,
  };
}

/** Whether it stood by itself then: what the human, or a budget of theirs, had stopped is taken up by their own will. */
function failedBefore(moves: readonly Move[], at: number): boolean {
  const phase = moves.findLast((move) => move.at <= at)?.phase;
  return phase !== "stopped" && phase !== "paused";
}

function readSpent(stored: string | null): Spent | undefined {
  return stored === null ? undefined : spentSchema.safeParse(JSON.parse(stored)).data;
}
