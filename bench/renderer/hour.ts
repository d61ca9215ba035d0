import type { Event } from "../../src/contract/events.ts";
import type { ItemBody } from "../../src/contract/items.ts";
import type { FleetState, Workstream } from "../../src/contract/states.ts";

/** What fifteen lively authors brought about in an hour when it was measured: 640 events in half a minute. */
export const eventsPerHour = 76_800;

interface Told {
  readonly event: Event;
  /** Text streamed right after it, in the item the event began. */
  readonly stream?: string;
}

/** One thing after the other that could happen to a fleet, in about the proportions of the demo; the same seed brings the same. */
export function* happenings(state: () => FleetState, seed: number): Generator<Told, never> {
  let random = seed;
  const chance = (): number => (random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(chance() * all.length)];
  const ordinals = new Map<string, number>();
  for (let at = 1; ; at += 1) {
    const workstream = pick(Object.values(state().workstreams));
    if (workstream === undefined) throw new Error("The fleet has no workstreams.");
    const kind = chance();
    if (kind < 0.5) {
      const ordinal = (ordinals.get(workstream.id) ?? 1_000) + 1;
      ordinals.set(workstream.id, ordinal);
      yield itemOf(workstream, ordinal, pick(bodies) ?? message, chance());
    } else if (kind < 0.75) yield { event: lineOf(workstream, at) };
    else if (kind < 0.9) yield { event: usageOf(workstream) };
    else if (kind < 0.97) yield { event: diffOf(workstream, at) };
    else yield* askOf(state(), workstream, at);
  }
}

const message: ItemBody = { kind: "message", text: "" };
const paragraph = "The retry has to keep the key of the first try, or the provider books the order twice. ";
const output = Array.from({ length: 60 }, (_, at) => `✓ src/payments/retry.test.ts › case ${at} (12 ms)`).join("\n");
const bodies: readonly ItemBody[] = [
  message,
  { kind: "reasoning", text: paragraph.repeat(4) },
  { kind: "command", command: "npx vitest run src/payments", folder: ".", status: "completed", output, exitCode: 0 },
  { kind: "edit", files: [{ path: "src/payments/client.ts", change: "modified" }], status: "completed" },
];

function itemOf({ id, turn }: Workstream, ordinal: number, body: ItemBody, chance: number): Told {
  const at = Date.now();
  const item = { id: `${id}-${ordinal}`, workstreamId: id, ordinal, at, endedAt: at, body };
  return {
    event: { type: "item.upserted", item: turn === undefined ? item : { ...item, turnId: turn.id } },
    ...(body === message ? { stream: paragraph.repeat(Math.ceil(chance * 40)) } : {}),
  };
}

function lineOf({ id }: Workstream, at: number): Event {
  return { type: "line.told", workstreamId: id, line: `npx vitest run src/payments: ${at % 300} passed` };
}

function usageOf({ id, spent }: Workstream): Event {
  const total = spent.tokens.total + 900;
  return {
    type: "usage.counted",
    workstreamId: id,
    spent: { ...spent, minutes: spent.minutes + 0.1, tokens: { ...spent.tokens, input: total, total } },
  };
}

function diffOf({ id }: Workstream, at: number): Event {
  const diff = {
    files: 4,
    added: at % 400,
    removed: at % 90,
    commits: 2,
    head: at.toString(16).padStart(40, "0"),
    dirty: at % 2 === 0,
    at: Date.now(),
  };
  return { type: "diff.measured", workstreamId: id, diff };
}

/** It asks, or what it asked is answered. */
function* askOf({ requests, attention }: FleetState, { id, turn }: Workstream, at: number): Generator<Told, void> {
  const open = Object.values(requests).find(({ workstreamId }) => workstreamId === id);
  if (open !== undefined) {
    yield {
      event: { type: "request.answered", workstreamId: id, requestId: open.id, decision: { kind: "accept" } },
    };
    for (const item of Object.values(attention)) {
      if (item.requestId === open.id) yield { event: { type: "attention.cleared", attentionId: item.id } };
    }
    yield { event: { type: "workstream.moved", workstreamId: id, phase: "working" } };
    return;
  }
  if (turn === undefined) return;
  const requestId = `r${String(at).padStart(10, "0")}`;
  yield {
    event: {
      type: "request.raised",
      request: {
        id: requestId,
        workstreamId: id,
        turnId: turn.id,
        at: Date.now(),
        body: {
          kind: "command",
          command: `pnpm add undici@7.${at % 100}.0`,
          folder: "/home/ada/shop",
          reason: paragraph,
          offers: ["accept", "decline"],
        },
      },
    },
  };
  yield {
    event: {
      type: "attention.raised",
      item: {
        id: `a${String(at).padStart(10, "0")}`,
        kind: "approval",
        workstreamId: id,
        requestId,
        ask: `allow pnpm add undici@7.${at % 100}.0`,
        at: Date.now(),
      },
    },
  };
  yield { event: { type: "workstream.moved", workstreamId: id, phase: "asking" } };
}
