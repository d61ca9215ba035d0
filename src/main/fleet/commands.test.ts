import { describe, expect, it } from "vitest";
import { fail, ok, unwrap, type ErrorCode, type Result } from "../../contract/errors.ts";
import { defaultPolicy } from "../policy/policy.ts";
import { aTicket, calm, human, openFleet, policyWith, type FleetStand } from "./test-stand.ts";

const nobody = "w9999999999";
const question = { id: "q", header: "", text: "Which?", options: [], freeText: true };
const approval = { kind: "command" as const, command: "ls", folder: "/", reason: "", offers: ["accept" as const] };

type Ask = (stand: FleetStand, id: string) => Promise<Result<unknown>>;
/** What the author is asked of the human first, and what is asked of the fleet then. */
const refusals: [string, ErrorCode, Ask][] = [
  ["steer nobody", "NOT_FOUND", ({ fleet }) => fleet.steer(nobody, "x", "now", human)],
  ["stop nobody", "NOT_FOUND", ({ fleet }) => fleet.stop(nobody, undefined, human)],
  ["note about nobody", "NOT_FOUND", ({ fleet }) => fleet.note(nobody, "x", human)],
  ["diff of nobody", "NOT_FOUND", ({ fleet }) => fleet.diff(nobody, { patch: false })],
  ["answer what nobody asked", "NOT_FOUND", ({ fleet }, id) => fleet.answer(id, "r9", { kind: "accept" }, human)],
  ["snooze what is not there", "NOT_FOUND", ({ fleet }) => fleet.snooze("a9", 1, human)],
  ["clear what is not there", "NOT_FOUND", ({ fleet }) => fleet.clear("a9", human)],
  ["start in no project", "NOT_FOUND", ({ fleet }) => fleet.start({ projectId: "p9", text: "x", attempts: 1 }, human)],
  ["start no ticket", "NOT_FOUND", ({ fleet }) => fleet.start({ ticketKey: "T-404", attempts: 1 }, human)],
  ["start without words", "BAD_REQUEST", ({ fleet }) => fleet.start({ text: " \n", attempts: 1 }, human)],
  ["tickets of no project", "NOT_FOUND", ({ fleet }) => fleet.tickets("p9")],
  ["retry what is at work", "CONFLICT", ({ fleet }, id) => fleet.retry(id, human)],
  [
    "interrupt what rests",
    "CONFLICT",
    async ({ fleet, thread }, id) => {
      await thread(id).end();
      return fleet.interrupt(id, human);
    },
  ],
  [
    "steer what was put away",
    "CONFLICT",
    async ({ fleet }, id) => {
      unwrap(await fleet.archive(id, human));
      return fleet.steer(id, "x", "now", human);
    },
  ],
  [
    "stop what was put away",
    "CONFLICT",
    async ({ fleet }, id) => {
      unwrap(await fleet.archive(id, human));
      return fleet.stop(id, undefined, human);
    },
  ],
  [
    "start where several projects are open",
    "BAD_REQUEST",
    async ({ fleet }) => {
      unwrap(await fleet.openProject("/other", human));
      return fleet.start({ text: "x", attempts: 1 }, human);
    },
  ],
  [
    "answer an approval with what the agent does not take",
    "BAD_REQUEST",
    async ({ fleet, thread, journal }, id) => {
      await thread(id).say({ kind: "request", requestKey: "k", body: approval });
      return fleet.answer(id, Object.keys(journal.state().requests)[0] ?? "", { kind: "decline" }, human);
    },
  ],
  [
    "answer a question only in part",
    "BAD_REQUEST",
    async ({ fleet }, id) => {
      const { requestId } = unwrap(await fleet.ask(id, [question], human));
      return fleet.answer(id, requestId, { kind: "answers", answers: {} }, human);
    },
  ],
  [
    "answer the request of another",
    "NOT_FOUND",
    async ({ fleet, start }, id) => {
      const other = await start();
      const { requestId } = unwrap(await fleet.ask(id, [question], human));
      return fleet.answer(other.id, requestId, { kind: "decline" }, human);
    },
  ],
  [
    "answer twice",
    "NOT_FOUND",
    async ({ fleet }, id) => {
      const { requestId } = unwrap(await fleet.ask(id, [question], human));
      const answers = [1, 2].map(() => fleet.answer(id, requestId, { kind: "decline" }, human));
      const [first, second] = await Promise.all(answers);
      expect(first?.ok).toBe(true);
      return second ?? fleet.answer(id, requestId, { kind: "decline" }, human);
    },
  ],
  [
    "ask more than can be answered",
    "TOO_MANY",
    async ({ fleet }, id) => {
      for (let nth = 0; nth < 20; nth += 1) unwrap(await fleet.ask(id, [question], human));
      return fleet.ask(id, [question], human);
    },
  ],
  [
    "say more than can be read",
    "TOO_MANY",
    async ({ fleet }, id) => {
      for (let nth = 0; nth < 100; nth += 1) unwrap(await fleet.steer(id, "x", "next", human));
      return fleet.steer(id, "x", "next", human);
    },
  ],
];

describe("a command that is refused", () => {
  it.each(refusals)("says why and what to do: %s", async (_what, code, ask) => {
    const stand = await openFleet();
    const { id } = await stand.start();
    const refused = await ask(stand, id);
    expect(refused).toMatchObject({ ok: false, error: { code } });
    if (refused.ok) return;
    expect(refused.error.message).toMatch(/[.:]$|: .+$/);
    expect(refused.error.next.length).toBeGreaterThan(5);
  });

  it("asks nothing of a workstream without a turn, and shows no diff of one without a worktree", async () => {
    const policy = policyWith({}, { agent: { ...defaultPolicy.agent, maxConcurrentAgents: 1 } });
    const { fleet, start } = await openFleet({ policy });
    await start();
    const { id } = await start();
    expect(await fleet.ask(id, [question], human)).toMatchObject({ error: { code: "CONFLICT" } });
    expect(await fleet.diff(id, { patch: true })).toMatchObject({ error: { code: "CONFLICT" } });
  });
});

describe("a command", () => {
  it("of the human drops the words that a stopped author will not read", async () => {
    const { fleet, start, journal, row } = await openFleet();
    const { id } = await start();
    unwrap(await fleet.steer(id, "Later.", "next", human));
    unwrap(await fleet.stop(id, "Not now.", human));
    await calm();
    expect(journal.state().words).toEqual({});
    expect(row(id)).toMatchObject({ phase: "stopped", reason: "Not now.", turn: { status: "interrupted" } });
  });

  it("that wakes stopped work has it go on in its worktree", async () => {
    const { fleet, start, row, thread } = await openFleet();
    const { id } = await start();
    unwrap(await fleet.stop(id, undefined, human));
    await calm();
    unwrap(await fleet.retry(id, human));
    await calm();
    expect(row(id)).toMatchObject({ phase: "working", turns: 2, turn: { cause: "retry" } });
    expect(thread(id).sent[1]?.words).toBe("Go on with the ticket from where the worktree stands.");
  });

  it("that raises a budget lets stopped work go on when it is taken up", async () => {
    const { fleet, start, row, thread } = await openFleet();
    const { id } = await start({ budget: { tokens: 10 } });
    await thread(id).say({ kind: "usage", tokens: { input: 10, cached: 0, output: 0, total: 10 } });
    expect(row(id).phase).toBe("stopped");
    const refused = { ok: false, error: { code: "CONFLICT", next: expect.stringContaining("cox budget") as string } };
    expect(await fleet.retry(id, human)).toMatchObject(refused);
    expect(await fleet.steer(id, "Go on.", "now", human)).toMatchObject(refused);
    expect(row(id).phase).toBe("stopped");
    unwrap(await fleet.setBudget(id, { tokens: 100 }, human));
    unwrap(await fleet.retry(id, human));
    await calm();
    expect(row(id)).toMatchObject({ phase: "working", turn: { status: "running" } });
  });
});

it("tells of tickets that could not be read, at most 100 of them", async () => {
  const { fleet, tracker } = await openFleet();
  const told = { message: "tickets/a.md is damaged.", next: "Mend it." };
  const damage = { code: "BAD_REQUEST", cause: "line 3", ...told } as const;
  const list = () => Promise.resolve(ok({ tickets: [], skipped: Array.from({ length: 101 }, () => damage) }));
  Object.assign(tracker, { list });
  const { skipped } = unwrap(await fleet.tickets("p0000000001"));
  expect([skipped.length, skipped[0]]).toEqual([100, told]);
});

describe("a start", () => {
  it("names branch and folder for the ticket, each once, and counts the attempts", async () => {
    const { fleet, tickets } = await openFleet();
    tickets.set("T-7", aTicket("T-7", { title: "Mend it" }));
    const twice = unwrap(await fleet.start({ ticketKey: "T-7", attempts: 2 }, human));
    const [third] = unwrap(await fleet.start({ ticketKey: "T-7", attempts: 1 }, human));
    const rows = third === undefined ? twice : [...twice, third];
    expect(rows.map((row) => [row.number, row.attempt, row.place.folder])).toEqual([
      [1, 1, "mend-it"],
      [2, 2, "mend-it-2"],
      [3, 3, "mend-it-3"],
    ]);
    for (const row of rows) expect(row.place.branch).toBe(`cox/${row.id}/${row.place.folder}`);
    expect(rows[0]?.place.path).toBe("/trees/mend-it");
  });

  it("takes its agent and model from the words first, then the ticket, then policy", async () => {
    const { fleet, tickets } = await openFleet({ policy: policyWith({ model: "of-policy" }) });
    tickets.set("T-7", aTicket("T-7", { extra: { agent: "scripted", model: "of-ticket" } }));
    tickets.set("T-8", aTicket("T-8"));
    const of = async (input: { ticketKey: string; agent?: string; model?: string }) => {
      const [row] = unwrap(await fleet.start({ attempts: 1, ...input }, human));
      return [row?.agent, row?.model];
    };
    expect(await of({ ticketKey: "T-7" })).toEqual(["scripted", "of-ticket"]);
    expect(await of({ ticketKey: "T-7", agent: "scripted", model: "mine" })).toEqual(["scripted", "mine"]);
    expect(await of({ ticketKey: "T-8" })).toEqual(["scripted", "of-policy"]);
  });

  it("is refused at once when what it names is not there, and files no ticket", async () => {
    const resolve = () => Promise.resolve(fail("NOT_FOUND", "There is no nowhere.", "Name another."));
    const { fleet, tickets } = await openFleet({ git: { resolve } });
    const start = { attempts: 1, text: "Mend the door" };
    expect(await fleet.start({ ...start, agent: "nobody" }, human)).toMatchObject({ error: { code: "NOT_FOUND" } });
    expect(await fleet.start({ ...start, base: "nowhere" }, human)).toMatchObject({ error: { code: "NOT_FOUND" } });
    expect(tickets.size).toBe(0);
  });

  it("makes a ticket of the words: the first line is its title", async () => {
    const { start, tickets } = await openFleet();
    const row = await start({ text: "# Mend the door\n\nIt squeaks." });
    expect(row.ticket.title).toBe("Mend the door");
    expect(tickets.get(row.ticket.key)).toMatchObject({ title: "Mend the door", description: "It squeaks." });
    expect((await start({ text: "y".repeat(900) })).ticket.title).toHaveLength(300);
  });
});
