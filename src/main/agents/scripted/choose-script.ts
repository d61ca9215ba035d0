import type { Scenario, Step } from "./scenario.ts";
import type { ThreadMemory, Cursor } from "./thread-store.ts";

/** Characters of a turn's words that a reply's pattern is tried on. */
const matchedWords = 4_000;

export interface ChosenScript {
  readonly kind: "scenario" | "later";
  readonly name: string;
  readonly steps: readonly Step[];
  readonly from: Cursor;
}

/** What a thread says to a request to commit, and to anything else, when its scenario says nothing about it. */
const commitReply: readonly Step[] = [
  { kind: "commit", body: "Commit the remaining work" },
  { kind: "say", body: "Everything is committed." },
];
const shortReply: readonly Step[] = [{ kind: "say", body: "Understood. There is nothing left to do here." }];

/**
 * What a turn plays: a reply whose pattern its words match (not on a thread's first turn), else what is left of the
 * scenario, else an answer that fits every thread.
 */
export function chooseScript(scenario: Scenario, memory: ThreadMemory, words: string): ChosenScript {
  const asked = words.slice(0, matchedWords);
  const isFirst = memory.turns.length <= 1;
  const index = isFirst ? -1 : scenario.replies.findIndex((reply) => new RegExp(reply.match, "i").test(asked));
  const reply = scenario.replies[index];
  if (reply !== undefined) return { kind: "later", name: `replies/${index}`, steps: reply.steps, from: [] };
  const from = memory.cursors.get(scenario.name) ?? [];
  if (Number(from[0] ?? 0) < scenario.steps.length)
    return { kind: "scenario", name: "steps", steps: scenario.steps, from };
  const steps = /\bcommit/i.test(asked) ? commitReply : shortReply;
  return { kind: "later", name: "reply", steps, from: [] };
}
