import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import type { Event, EventType } from "../../contract/events.ts";
import type { ReviewEntry, ReviewThread } from "../../contract/review.ts";
import type { AttentionItem, Project, TurnState, Words } from "../../contract/states.ts";
import { noTokens } from "../../contract/usage.ts";
import { createJournal } from "./create-journal.ts";
import { engine, item, localStorage, temporaryFolder, workstream, workstreamId } from "./test-stand.ts";

const turnId = (n: number) => `t${String(n).padStart(8, "0")}`;
const sha = "0123456789abcdef0123456789abcdef01234567";

const few = fc.integer({ min: 1, max: 4 });
const text = fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" });
const count = fc.nat(1_000_000);
const problemOfSome = fc.record({ code: fc.constant("INTERNAL" as const), message: text, next: text });
const project: fc.Arbitrary<Project> = fc.record({
  id: few.map((n) => `p${String(n).padStart(8, "0")}`),
  name: text,
  root: fc.constant("/code/project"),
  gitDir: fc.constant("/code/project/.git"),
  defaultBranch: fc.constant("main"),
  identity: fc.boolean(),
  openedAt: count,
  policy: fc.constant({ source: "embedded" as const }),
});
const of = { workstreamId: few.map(workstreamId) };
const wordsId = few.map((n) => `m${String(n).padStart(8, "0")}`);
const requestId = few.map((n) => `r${String(n).padStart(8, "0")}`);
const attentionId = few.map((n) => `a${String(n).padStart(8, "0")}`);
const turn: fc.Arbitrary<TurnState> = fc.record({
  id: few.map(turnId),
  number: few,
  cause: fc.constantFrom("ticket" as const, "human" as const, "gate" as const),
  status: fc.constant("sending" as const),
  startedAt: count,
});
const words: fc.Arbitrary<Words> = fc.record({
  id: wordsId,
  ...of,
  text,
  from: fc.constant({ kind: "human" as const }),
  when: fc.constantFrom("now" as const, "next" as const),
  cause: fc.constant("human" as const),
  at: count,
});
const attention: fc.Arbitrary<AttentionItem> = fc.record({
  id: attentionId,
  kind: fc.constantFrom("stalled" as const, "ready" as const),
  ask: text,
  at: count,
});
const diff = fc.record({
  files: count,
  added: count,
  removed: count,
  commits: count,
  head: fc.constant(sha),
  dirty: fc.boolean(),
  at: count,
});

const entry: fc.Arbitrary<ReviewEntry> = fc.record({
  by: fc.constantFrom("human" as const, "author" as const),
  text,
  at: count,
});
const reviewThread: fc.Arbitrary<ReviewThread> = fc.record({
  number: few,
  anchor: fc.record({
    path: fc.constant("src/a.ts"),
    side: fc.constantFrom("old" as const, "new" as const),
    first: fc.constant(3),
    last: fc.constant(3),
    excerpt: fc.constant(["  three();"]),
    before: fc.constant(["  two();"]),
    after: fc.constant([]),
  }),
  state: fc.constant("open" as const),
  entries: fc.array(entry, { minLength: 1, maxLength: 2 }),
});

/** One of every event; a new one does not compile until it is here. */
const arbitraries: { readonly [T in EventType]: fc.Arbitrary<Omit<Extract<Event, { type: T }>, "type">> } = {
  "project.opened": fc.record({ project }),
  "project.closed": fc.record({ projectId: few.map((n) => `p${String(n).padStart(8, "0")}`) }),
  "policy.read": fc.record({
    projectId: few.map((n) => `p${String(n).padStart(8, "0")}`),
    policy: fc.record({ source: fc.constant("file" as const), rejected: problemOfSome }),
  }),
  "project.allowed": fc.record({
    projectId: few.map((n) => `p${String(n).padStart(8, "0")}`),
    allowed: fc.subarray(["no-confinement" as const, "unconfined-commands" as const]),
  }),
  "workstream.created": fc.record({ workstream: few.map(workstream) }),
  "workstream.unarchived": fc.record({ workstream: few.map(workstream) }),
  "attempt.kept": fc.record({
    ...of,
    kept: fc.record({ why: fc.constant("smaller"), over: fc.constant([]), at: count }),
  }),
  "attempt.unkept": fc.record(of),
  "workstream.moved": fc.record({ ...of, phase: fc.constantFrom("asking" as const, "ready" as const), reason: text }),
  "step.intended": fc.record({
    ...of,
    intent: fc.record({ key: fc.constantFrom("a", "b"), step: fc.constant("steer" as const), at: count }),
  }),
  "step.settled": fc.record({ ...of, key: fc.constantFrom("a", "b") }),
  "worktree.prepared": fc.record({
    ...of,
    place: fc.constant({ branch: "cox/x", folder: "x", path: "/x", base: "main", commit: sha }),
    ports: fc.record({ first: count, count: few }),
  }),
  "worktree.emptied": fc.record(of),
  "worktree.lost": fc.record(of),
  "worktree.released": fc.record(of),
  "worktree.freed": fc.record({ ...of, snapshot: fc.constant(sha), bytes: count }),
  "workstream.condemned": fc.record({ ...of, confirmed: fc.boolean() }),
  "workstream.deleted": fc.record(of),
  "thread.opened": fc.record({ ...of, threadId: text, confinement: fc.constant("workspace-write" as const) }),
  "commands.confined": fc.record({ ...of, confinement: fc.constantFrom("bubblewrap" as const, "none" as const) }),
  "turn.opened": fc.record({ ...of, turn, round: fc.boolean() }),
  "turn.started": fc.record({ ...of, turnId: few.map(turnId), agentTurnId: text }),
  "turn.ended": fc.record({
    ...of,
    turnId: few.map(turnId),
    outcome: fc.constantFrom("completed" as const, "failed" as const),
    problem: problemOfSome,
  }),
  "retry.scheduled": fc.record({ ...of, failures: few, retryAt: count }),
  "words.accepted": fc.record({ words }),
  "words.delivered": fc.record({ ...of, wordsId, turnId: few.map(turnId) }),
  "words.dropped": fc.record({ ...of, wordsId, why: text }),
  "request.raised": fc.record({
    request: fc.record({
      id: requestId,
      ...of,
      turnId: few.map(turnId),
      at: count,
      body: fc.record({
        kind: fc.constant("command" as const),
        command: text,
        folder: text,
        reason: text,
        offers: fc.constant(["accept" as const]),
      }),
    }),
  }),
  "request.answered": fc.record({ ...of, requestId, decision: fc.constant({ kind: "accept" as const }) }),
  "request.withdrawn": fc.record({ ...of, requestId, why: text }),
  "line.told": fc.record({ ...of, line: text }),
  "usage.counted": fc.record({ ...of, spent: fc.record({ tokens: fc.constant(noTokens), minutes: count }) }),
  "budget.set": fc.record({ ...of, budget: fc.record({ tokens: fc.integer({ min: 1 }) }) }),
  "diff.measured": fc.record({ ...of, diff }),
  "workstream.rebased": fc.record({ ...of, commit: fc.constant(sha) }),
  "forecast.made": fc.record({
    ...of,
    forecast: fc.record({ head: fc.constant(sha), base: fc.constant(sha), overlaps: fc.constant([]), at: count }),
  }),
  "gate.judged": fc.record({
    ...of,
    gate: fc.constant("clean" as const),
    result: fc.record({ verdict: fc.constant("passed" as const), digest: text, at: count }),
  }),
  "workstream.frozen": fc.record({ ...of, why: text }),
  "review.counted": fc.record({
    ...of,
    reviewed: fc.record({ head: fc.constant(sha), hunks: count, viewed: count, unresolved: count }),
  }),
  "review.sent": fc.record({
    ...of,
    review: fc.record({
      id: few.map((n) => `v${String(n).padStart(8, "0")}`),
      wordsId,
      at: count,
      summary: text,
      threads: fc.array(few, { maxLength: 3 }),
      delivery: fc.constant("accepted" as const),
    }),
    opened: fc.array(reviewThread, { maxLength: 2 }),
    replies: fc.array(fc.record({ number: few, entry }), { maxLength: 2 }),
  }),
  "review.answered": fc.record({ ...of, number: few, entry }),
  "review.resolved": fc.record({ ...of, number: few, resolved: fc.boolean() }),
  "hunks.viewed": fc.record({
    ...of,
    keys: fc.array(
      few.map((n) => `hunk${String(n).padStart(28, "0")}`),
      { maxLength: 3 },
    ),
    viewed: fc.boolean(),
    head: fc.constant(sha),
  }),
  "attention.raised": fc.record({ item: attention }),
  "attention.cleared": fc.record({ attentionId }),
  "attention.snoozed": fc.record({ attentionId, until: count }),
  "setting.changed": fc.record(
    {
      name: fc.constantFrom("theme", "zoom", "of-a-newer-version"),
      kept: fc.record({ value: fc.oneof(text, count, fc.dictionary(text, text)) }),
    },
    { requiredKeys: ["name"] },
  ),
  "agent.lost": fc.record({ agent: text, problem: problemOfSome }),
  "agent.limited": fc.record({
    agent: fc.constantFrom("codex", "scripted"),
    limits: fc.array(fc.record({ name: text, usedPercent: fc.nat(100) }), { maxLength: 2 }),
  }),
  "item.upserted": fc.record({ item: fc.tuple(few, few, text).map(([n, ordinal, said]) => item(n, ordinal, said)) }),
  "plan.updated": fc.record({
    ...of,
    steps: fc.array(fc.record({ text, status: fc.constant("done" as const) }), { maxLength: 3 }),
  }),
  "note.recorded": fc.record({ ...of, at: count, text }),
};

const someEvent: fc.Arbitrary<Event> = fc.oneof(
  ...Object.entries(arbitraries).map(([type, fields]) =>
    // The table above ties every type to its fields; taking it apart by entries loses that.
    fc.tuple(fc.constant(type), fields as fc.Arbitrary<object>).map(([of, rest]) => ({ type: of, ...rest }) as Event),
  ),
);

describe("journal and storage", () => {
  it("is the same state after it was read back, whatever happened", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(someEvent, { minLength: 1, maxLength: 5 }), { maxLength: 40 }),
        async (calls) => {
          const { folder, remove } = temporaryFolder();
          try {
            const state = await recordAll(folder, calls);
            const again = localStorage(folder);
            expect(unwrap(again.ask("load"))).toEqual({ seq: calls.flat().length, state, damaged: [] });
            const { envelopes } = unwrap(again.ask("eventsAfter", 0, 1_000));
            expect(envelopes.map(({ event }) => event.type)).toEqual(
              notForgotten(calls.flat()).map(({ type }) => type),
            );
            again.close();
          } finally {
            remove();
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

/** A workstream takes its items along when it is deleted. */
function notForgotten(events: readonly Event[]): Event[] {
  return events.filter((event, at) => {
    if (event.type !== "item.upserted") return true;
    const { workstreamId } = event.item;
    return !events.some(
      (later, place) => place > at && later.type === "workstream.deleted" && later.workstreamId === workstreamId,
    );
  });
}

async function recordAll(folder: string, calls: readonly (readonly Event[])[]) {
  const storage = localStorage(folder);
  const journal = createJournal({
    storage: { commit: async (envelopes, rows) => storage.ask("commit", envelopes, rows) },
    loaded: unwrap(storage.ask("load")),
    clock: () => 7,
    onTrouble: () => {},
  });
  for (const events of calls) {
    void journal.record(events, engine);
    // Some calls share a batch and some do not.
    if (events.length > 3) await new Promise((resolve) => setImmediate(resolve));
  }
  await journal.close();
  storage.close();
  return journal.state();
}
