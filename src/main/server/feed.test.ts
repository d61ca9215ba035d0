import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DetailFrame, FleetFrame } from "../../contract/procedures.ts";
import type { Item } from "../../contract/items.ts";
import type { Event } from "../../contract/events.ts";
import { fold } from "../../contract/fold.ts";
import type { Request } from "../../contract/requests.ts";
import type { Workstream } from "../../contract/states.ts";
import { createStand, makeWorkstream, own, sibling, type Stand } from "./test-stand.ts";

let stand: Stand;
beforeEach(() => {
  vi.useFakeTimers();
  stand = createStand();
});
afterEach(() => {
  stand.close();
  vi.useRealTimers();
});

const reader = () => stand.as({ kind: "reader" });

async function next<T>(frames: AsyncIterator<T>): Promise<T> {
  const waiting = frames.next();
  await vi.advanceTimersByTimeAsync(40);
  const { value, done } = await waiting;
  if (done === true) throw new Error("The stream ended.");
  return value;
}

const line = (text: string, workstreamId = own) => ({ type: "line.told" as const, workstreamId, line: text });

function linesOf(frame: FleetFrame | DetailFrame): unknown[] {
  if (frame.kind !== "events") return [frame.kind];
  return frame.envelopes.map(({ event }) => (event.type === "line.told" ? event.line : event.type));
}

const item = (id: string, text: string): Item => ({
  id,
  workstreamId: own,
  threadId: "thread",
  turnId: "t00000001",
  ordinal: 1,
  at: 1,
  body: { kind: "message", text },
});

/** A workstream as it is after some turns, with an approval that waits. */
function atWork(number: number, archived: boolean): Event[] {
  const id = `w${String(number).padStart(8, "0")}`;
  const name = `charge-the-late-fee-once-per-loan-${number}`;
  const home = "/home/somebody/.coxswain/worktrees/p0mhfz3k2q8d1v5x9c";
  const turn = {
    id: `t${number}0000000`,
    number: 7,
    cause: "gate",
    status: "running",
    startedAt: 1,
    agentTurnId: id,
  } as const;
  const request: Request = {
    id: `r${String(number).padStart(8, "0")}`,
    workstreamId: id,
    turnId: turn.id,
    at: 1,
    body: {
      kind: "command",
      command: `npm install --save-dev ${"some-package ".repeat(20)}`,
      folder: `${home}/${name}`,
      reason: "The tests need these packages, and the sandbox has no network. ".repeat(4),
      offers: ["accept", "accept-for-thread", "decline", "cancel"],
    },
  };
  const workstream: Workstream = {
    ...makeWorkstream(id, number),
    name,
    ticket: {
      key: name,
      title: `Charge the late fee once for each loan, whichever branch it came back to (${number})`,
    },
    model: "gpt-5.6-codex",
    place: {
      branch: `cox/${id}/${name}`,
      folder: name,
      path: `${home}/${name}`,
      base: "main",
      gitDir: `/home/somebody/work/library/.git/worktrees/${name}`,
      commit: "a".repeat(40),
    },
    ports: { first: 21_000 + number, count: 10 },
    threadId: "019a9f5e-5f5c-7d52-a1a6-4a8b7d0d9f11",
    confinement: "workspace-write",
    turn,
    intent: { key: turn.id, step: "steer", at: 1 },
    line: "x".repeat(200),
    budget: { tokens: 3_000_000, minutes: 60, money: 12 },
    diff: { files: 14, added: 420, removed: 96, commits: 5, head: "b".repeat(40), dirty: true, at: 1 },
    gates: {
      clean: { verdict: "failed", digest: "c".repeat(64), commit: "b".repeat(40), why: "y".repeat(200), at: 1 },
    },
  };
  if (archived) return [{ type: "workstream.created", workstream: { ...workstream, phase: "archived" } }];
  return [
    { type: "workstream.created", workstream },
    { type: "request.raised", request },
    {
      type: "attention.raised",
      item: {
        id: `a${number}0000000`,
        kind: "approval",
        workstreamId: id,
        requestId: request.id,
        ask: "z".repeat(200),
        at: 1,
      },
    },
  ];
}

describe("the feed of the fleet", () => {
  it("begins with everything as of a number, and goes on above it", async () => {
    stand.tell(line("before"));
    const frames = await reader().feed.fleet({});
    stand.tell(line("in between"));
    expect(await next(frames)).toEqual({ kind: "snapshot", seq: 2, state: stand.journal.published().state });
    stand.tell(line("after"));
    expect(linesOf(await next(frames))).toEqual(["after"]);
  });

  it("leaves out workstreams that were put away, and what is told of them later does no harm", async () => {
    stand.tell({ type: "workstream.moved", workstreamId: sibling, phase: "archived" });
    const frame = await next(await reader().feed.fleet({}));
    if (frame.kind !== "snapshot") throw new Error("no snapshot");
    expect(Object.keys(frame.state.workstreams)).toEqual([own]);
    expect(fold(frame.state, { event: line("late", sibling), at: 1 })).toBe(frame.state);
    expect((await reader().workstream.list()).map(({ id }) => id)).toEqual([own]);
    expect((await reader().workstream.list({ all: true })).map(({ id }) => id)).toEqual([own, sibling]);
  });

  it("begins with less than 64 KB for fifteen workstreams at work, however many were put away", async () => {
    for (let number = 1; number <= 500; number += 1) stand.tell(...atWork(number, number > 15));
    const frame = await next(await reader().feed.fleet({}));
    const size = Buffer.byteLength(JSON.stringify(frame));
    expect(frame).toMatchObject({ kind: "snapshot", seq: stand.journal.published().seq });
    expect([size > 20_000, size < 65_536]).toEqual([true, true]);
  });

  it("goes on from the number a subscriber names", async () => {
    stand.tell(line("one"), line("two"), line("three"));
    const frames = await reader().feed.fleet({ since: 1 });
    expect(linesOf(await next(frames))).toEqual(["two", "three"]);
    stand.tell(line("four"));
    expect(linesOf(await next(frames))).toEqual(["four"]);
  });

  it("says at once that nothing was missed", async () => {
    stand.tell(line("one"));
    const frames = await reader().feed.fleet({ since: 1 });
    expect(await next(frames)).toEqual({ kind: "events", envelopes: [] });
  });

  it.each([
    ["is no longer kept", 0],
    ["was never given", 99],
  ])("begins anew when the number %s", async (_why, since) => {
    stand.tell(line("one"), line("two"), line("three"));
    stand.forgetUntil(2);
    expect(await next(await reader().feed.fleet({ since }))).toMatchObject({ kind: "snapshot", seq: 3 });
  });

  it("tells what comes in quick succession in one frame", async () => {
    const frames = await reader().feed.fleet({});
    await next(frames);
    stand.tell(line("a"));
    stand.tell(line("b"));
    stand.tell(line("c", sibling));
    expect(linesOf(await next(frames))).toEqual(["a", "b", "c"]);
  });

  it("keeps a pause between frames", async () => {
    const frames = await reader().feed.fleet({});
    await next(frames);
    stand.tell(line("a"));
    await frames.next();
    const second = frames.next();
    let told = false;
    void second.then(() => (told = true));
    stand.tell(line("b"));
    await vi.advanceTimersByTimeAsync(20);
    stand.tell(line("c"));
    expect(told).toBe(false);
    await vi.advanceTimersByTimeAsync(20);
    expect(linesOf((await second).value as FleetFrame)).toEqual(["b", "c"]);
  });

  it("leaves detail to those who watch the workstream", async () => {
    const frames = await reader().feed.fleet({});
    await next(frames);
    stand.tell({ type: "item.upserted", item: item("i1", "hello") }, line("after"));
    expect(linesOf(await next(frames))).toEqual(["after"]);
  });

  it.each([
    ["too many events", () => Array.from({ length: 2_500 }, (_, index) => line(`${index}`))],
    [
      "too much text",
      () =>
        Array.from({ length: 40 }, (_, index) => ({
          type: "words.accepted" as const,
          words: {
            id: `m${String(index).padStart(8, "0")}`,
            workstreamId: own,
            text: "x".repeat(31_000),
            from: { kind: "human" as const },
            when: "next" as const,
            cause: "human" as const,
            at: 1,
          },
        })),
    ],
  ])("gives a subscriber that falls behind by %s a new snapshot instead of a queue", async (_what, events) => {
    const frames = await reader().feed.fleet({});
    await next(frames);
    stand.tell(...events());
    const { seq } = stand.journal.published();
    expect(await next(frames)).toMatchObject({ kind: "snapshot", seq });
    stand.tell(line("after"));
    expect(linesOf(await next(frames))).toEqual(["after"]);
  });

  it("ends when its caller goes away, even while it waits", async () => {
    const gone = new AbortController();
    const frames = await reader().feed.fleet({}, { signal: gone.signal });
    await next(frames);
    const waiting = frames.next();
    gone.abort();
    expect(await waiting).toMatchObject({ done: true });
  });

  it("has a bound on how many listen, and room again when one goes", async () => {
    const open = await Promise.all(Array.from({ length: 64 }, () => reader().feed.fleet({})));
    await Promise.all(open.map((frames) => next(frames)));
    await expect(reader().feed.fleet({})).rejects.toMatchObject({ code: "TOO_MANY" });
    await open[0]?.return?.();
    await expect(reader().feed.fleet({})).resolves.toBeDefined();
  });
});

describe("the feed of a workstream", () => {
  it("begins with its detail, and goes on with what concerns it alone", async () => {
    stand.items.push(item("i1", "hello"));
    const frames = await reader().feed.workstream({ workstreamId: own });
    expect(await next(frames)).toMatchObject({ kind: "snapshot", detail: { items: [{ id: "i1" }], more: false } });
    stand.tell(line("mine"), line("theirs", sibling), { type: "item.upserted", item: item("i1", "hello you") });
    expect(linesOf(await next(frames))).toEqual(["mine", "item.upserted"]);
  });

  it("joins streamed text per item, after the events it came after", async () => {
    const frames = await reader().feed.workstream({ workstreamId: own });
    await next(frames);
    const delta = (itemId: string, text: string, workstreamId = own) =>
      stand.stream({ workstreamId, turnId: "t00000001", itemId, text });
    delta("i1", "lost, the item below holds it");
    delta("i2", "a");
    stand.tell({ type: "item.upserted", item: item("i1", "…") });
    delta("i1", "b");
    delta("i2", "c");
    delta("i3", "not mine", sibling);
    expect(linesOf(await next(frames))).toEqual(["item.upserted"]);
    expect(await next(frames)).toEqual({
      kind: "deltas",
      deltas: [
        { itemId: "i2", turnId: "t00000001", text: "ac" },
        { itemId: "i1", turnId: "t00000001", text: "b" },
      ],
    });
  });

  it("does not tell a note twice that its snapshot holds", async () => {
    const note = { type: "note.recorded" as const, workstreamId: own, at: 5, text: "seen" };
    stand.storage.planAndNotes = () => {
      stand.tell(note, line("after"));
      return Promise.resolve({ ok: true, value: { plan: [], notes: [{ at: 5, text: "seen" }] } });
    };
    const frames = await reader().feed.workstream({ workstreamId: own });
    await next(frames);
    expect(linesOf(await next(frames))).toEqual(["after"]);
  });

  it("refuses a workstream that is not there", async () => {
    await expect(reader().feed.workstream({ workstreamId: "w99999999" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
