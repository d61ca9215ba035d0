import type { Envelope } from "../../src/contract/events.ts";
import { seededRandom } from "../../src/main/agents/scripted/pacing.ts";

/** Every one is played in each run. What they leave behind does not depend on when they are interrupted. */
export const scenarios = [
  "happy",
  "approve",
  "ask",
  "flaky",
  "uncommitted",
  "slow",
  "stumble",
  /** Never ends by itself: the human stops it, has its folder given up, and then puts it away or deletes it. */
  "hang",
] as const;
export type Scenario = (typeof scenarios)[number];

/** Something is killed when this has just been told. `by` is a scenario that surely comes through it. */
export interface Moment {
  readonly name: string;
  readonly by: Scenario;
  readonly has: (event: Envelope["event"]) => boolean;
}

const told = (name: string, type: Envelope["event"]["type"], by: Scenario = "happy"): Moment => ({
  name,
  by,
  has: (event) => event.type === type,
});
const moved = (name: string, phase: string, by: Scenario = "happy"): Moment => ({
  name,
  by,
  has: (event) => event.type === "workstream.moved" && event.phase === phase,
});

export const moments: readonly Moment[] = [
  told("queued", "workstream.created"),
  moved("preparing", "preparing"),
  /** The set-up hook takes a while, so that it is under way some time after preparing began. */
  moved("set-up hook", "preparing"),
  told("opening", "worktree.prepared"),
  told("opened", "thread.opened"),
  told("sending", "turn.opened"),
  told("sent", "turn.started"),
  { name: "running a command", by: "slow", has: (event) => event.type === "line.told" && event.line.startsWith("$ ") },
  { name: "streaming", by: "happy", has: (event) => event.type === "line.told" && !event.line.startsWith("$ ") },
  {
    name: "approval waiting",
    by: "approve",
    has: (event) => event.type === "request.raised" && event.request.body.kind !== "question",
  },
  {
    name: "question waiting",
    by: "ask",
    has: (event) => event.type === "request.raised" && event.request.body.kind === "question",
  },
  told("answered", "request.answered", "ask"),
  told("steering", "words.accepted", "slow"),
  told("steered", "words.delivered", "slow"),
  {
    name: "interrupting",
    by: "slow",
    has: (event) => event.type === "step.intended" && event.intent.step === "interrupt",
  },
  told("counting", "usage.counted"),
  told("turn ended", "turn.ended"),
  moved("gating", "gating"),
  told("measured", "diff.measured"),
  told("judged", "gate.judged"),
  {
    name: "committing",
    by: "uncommitted",
    has: (event) =>
      (event.type === "step.intended" && event.intent.step === "commit") ||
      (event.type === "turn.opened" && event.turn.cause === "gate"),
  },
  moved("ready", "ready"),
  told("retry pause", "retry.scheduled", "stumble"),
  moved("stopping", "stopped", "hang"),
  moved("pausing", "paused", "hang"),
  told("folder given up", "worktree.freed", "hang"),
  moved("archiving", "archived", "hang"),
  told("deleting", "workstream.condemned", "hang"),
  told("deleted", "workstream.deleted", "hang"),
];

/** What is killed; `storage` is the worker's thread, `transaction` the whole engine in the middle of a transaction. */
export const victims = ["engine", "agent", "both", "command", "storage", "transaction"] as const;
export type Victim = (typeof victims)[number];

export interface Blow {
  readonly moment: Moment;
  /** Strikes at the nth time the moment comes. */
  readonly nth: number;
  readonly victim: Victim;
  /** Milliseconds between the moment and the blow. */
  readonly delay: number;
  /** Chooses the process of several, and the place in a transaction. */
  readonly chance: number;
}

/** The blows of one run. Over the runs every moment comes as often as every other, and every victim too. */
export function blowsOf(seed: number, count: number): Blow[] {
  const random = seededRandom(seed + 1);
  return Array.from({ length: count }, (_, index) => {
    const nth = seed * count + index;
    // 29 moments and 6 victims have no common factor, so that all pairs come by.
    const moment = moments[nth % moments.length] ?? moments[0];
    const victim = victims[nth % victims.length] ?? "engine";
    if (moment === undefined) throw new Error("there are no moments");
    return {
      moment,
      nth: moment.by === "happy" ? 1 + Math.floor(random() * 3) : 1,
      victim,
      delay: moment.name === "set-up hook" ? 30 + Math.floor(random() * 60) : Math.floor(random() ** 2 * 40),
      chance: random(),
    };
  }).sort(() => random() - 0.5);
}

export function nameOf(blow: Blow): string {
  return `${blow.victim} at ${blow.moment.name}`;
}
