import { describe, expect, it } from "vitest";
import { fail, ok, unwrap, type Result } from "../../contract/errors.ts";
import { defaultPolicy } from "../policy/policy.ts";
import type { FleetDeps } from "./crew.ts";
import { aRow, calm, createAgent, human, openFleet, policyWith, stateOf, surveyOf } from "./test-stand.ts";

const never = <T>(): Promise<T> => new Promise(() => undefined);
const wont: Result<never> = fail("UNAVAILABLE", "Not now.", "Wait.");

/** Lets the first call hang and answers all others as `answer` does. */
function firstHangs<A extends unknown[], T>(answer: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let calls = 0;
  return (...args) => ((calls += 1) === 1 ? never() : answer(...args));
}

const withHooks = policyWith({}, { hooks: { ...defaultPolicy.hooks, afterCreate: "true", beforeRun: "true" } });
const open = { confinement: "none" as const, lacks: undefined };
const ended = { exitCode: 0, ended: "by itself" as const, tail: "", characters: 0 };
const hanging: [string, () => Partial<FleetDeps>][] = [
  ["a worktree", () => ({ reservePorts: firstHangs(() => Promise.resolve({ first: 20_000, count: 10 })) })],
  ["a hook", () => ({ sandbox: { ...open, run: firstHangs(() => Promise.resolve(ok(ended))) } })],
  ["a door", () => ({ openDoors: firstHangs(() => Promise.resolve(ok({ url: "http://x", env: {} }))) })],
  ["a prompt", () => ({ render: firstHangs(() => Promise.resolve(ok("Work."))) })],
  ["a lock", () => ({ prepareWritableRoots: firstHangs(() => Promise.resolve(ok({ writable: [], readOnly: [] }))) })],
];

describe("one workstream holds up no other", () => {
  it.each(hanging)("while it waits for %s for ever", async (_what, deps) => {
    const { start, row, thread } = await openFleet({ deps: deps(), policy: withHooks });
    const first = await start();
    const second = await start();
    await thread(second.id).end();
    expect([row(first.id).phase, row(second.id).phase]).not.toContain("frozen");
    expect(row(second.id).phase).toBe("ready");
  });

  it("while its agent opens its thread for ever, which is given up and tried again", async () => {
    const agent = createAgent();
    agent.opening = firstHangs(() => Promise.resolve(ok(undefined)));
    const { start, row, clock, logged } = await openFleet({ agent });
    const first = await start();
    const second = await start();
    expect([first, second].map(({ id }) => row(id).turn?.status)).toEqual([undefined, "running"]);
    await clock.pass(125_000);
    expect(logged.join()).toContain("did not open a thread in time");
    expect(row(first.id).turn?.status).toBe("running");
  });

  it("while git looks at its worktree for ever", async () => {
    const { start, row, thread, worktree } = await openFleet({
      git: {
        survey: firstHangs((_at, { branch }) => Promise.resolve(ok(surveyOf(worktree, branch)))),
      },
    });
    const [first, second] = [await start(), await start()];
    await thread(first.id).end();
    await thread(second.id).end();
    expect([row(first.id).phase, row(second.id).phase]).toEqual(["gating", "ready"]);
  });

  it("when something nobody foresaw is thrown: it freezes alone, and gets up when the human says so", async () => {
    let throws = true;
    const { fleet, start, row, attention } = await openFleet({
      deps: {
        reservePorts: () => {
          if (throws) throw new Error(`boom ${"x".repeat(5_000)}`);
          return Promise.resolve({ first: 20_000, count: 10 });
        },
      },
    });
    const { id } = await start();
    expect(row(id).frozen).toMatch(/^boom x+$/);
    expect(attention()).toEqual(["frozen"]);
    expect(await fleet.steer(id, "Go.", "now", human)).toMatchObject({ error: { code: "FROZEN" } });
    throws = false;
    unwrap(await fleet.retry(id, human));
    await calm();
    expect(row(id)).toMatchObject({ phase: "working", turn: { status: "running" } });
    expect(row(id).frozen).toBeUndefined();
  });

  it("when the disk takes nothing: it is tried again, and freezes not", async () => {
    let full = true;
    const { start, row, clock } = await openFleet({
      policy: withHooks,
      deps: {
        sandbox: { ...open, run: () => Promise.resolve(ok(ended)) },
        scratch: (id) =>
          full
            ? Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }))
            : Promise.resolve(`/scratch/${id}`),
      },
    });
    const { id } = await start();
    expect(row(id).frozen).toBeUndefined();
    expect(row(id)).toMatchObject({ phase: "preparing", failures: 1 });
    full = false;
    await clock.pass(30_000);
    expect(row(id)).toMatchObject({ phase: "working", turn: { status: "running" } });
  });

  it("can be stopped and put away while it is frozen", async () => {
    const { fleet, start, row } = await openFleet({
      deps: {
        reservePorts: () => {
          throw new Error("boom");
        },
      },
    });
    const { id } = await start();
    unwrap(await fleet.stop(id, undefined, human));
    expect(row(id)).toMatchObject({ phase: "stopped" });
    unwrap(await fleet.archive(id, human));
    expect(row(id)).toMatchObject({ phase: "archived" });
  });
});

describe("what fails", () => {
  it("is tried again with growing pauses, and then given to the human", async () => {
    const tries: number[] = [];
    const { start, row, thread, clock, attention } = await openFleet({
      git: {
        survey: () => {
          tries.push(clock.now());
          return Promise.resolve(wont);
        },
      },
    });
    const { id } = await start();
    await thread(id).end();
    await clock.pass(120_000);
    const pauses = tries.slice(1).map((at, index) => Math.round((at - (tries[index] ?? 0)) / 1_000));
    expect(pauses).toEqual([2, 4, 8, 16, 32]);
    expect(row(id)).toMatchObject({ phase: "failed", reason: "Not now. Wait." });
    expect(attention()).toEqual(["failed"]);
  });

  it("does not bring back what the human has put away meanwhile", async () => {
    let give: (answer: Result<never>) => void = () => undefined;
    const { fleet, start, row } = await openFleet({
      deps: { openDoors: () => new Promise((resolve) => (give = resolve)) },
    });
    const { id } = await start();
    unwrap(await fleet.archive(id, human));
    give(fail("NOT_FOUND", "No door.", "None."));
    await calm();
    expect(row(id).phase).toBe("archived");
  });

  it("is told in a reason that fits its row, however long the agent's was", async () => {
    const agent = createAgent();
    agent.behave = { send: () => Promise.resolve(fail("UNAVAILABLE", "x".repeat(2_000), "Wait.")) };
    const { start, row, clock } = await openFleet({ agent });
    const { id } = await start();
    await clock.pass(600_000);
    expect(row(id)).toMatchObject({ phase: "failed", reason: "x".repeat(600) });
  });
});

describe("a project", () => {
  const project = {
    id: aRow(1).projectId,
    name: "repo",
    root: "/repo",
    gitDir: "/repo/.git",
    defaultBranch: "main",
    identity: true,
    openedAt: 0,
    policy: { source: "file" as const },
  };

  it("that cannot be opened keeps its work waiting and says so, until it is opened", async () => {
    const here = await openFleet();
    const rooms = unwrap(await here.deps.openProject(project, { policyChanged: () => undefined }));
    let gone = true;
    const { fleet, row, attention } = await openFleet({
      from: { ...stateOf(aRow(1)), projects: { [project.id]: project } },
      deps: {
        openProject: () => Promise.resolve(gone ? fail("NOT_FOUND", "/repo is gone.", "Put it back.") : ok(rooms)),
      },
    });
    expect(row(aRow(1).id).phase).toBe("queued");
    expect(attention()).toEqual(["policy"]);
    gone = false;
    unwrap(await fleet.openProject("/repo", human));
    await calm();
    expect(row(aRow(1).id).phase).toBe("working");
    expect(attention()).toEqual([]);
  });

  it("that is opened twice at once is one project", async () => {
    const { fleet } = await openFleet();
    const opened = await Promise.all([fleet.openProject("/other", human), fleet.openProject("/other", human)]);
    const [one, other] = opened.map(unwrap);
    expect(one?.id).toBe(other?.id);
  });
});

describe("closing", () => {
  it("opens nothing any more, and ends though an agent is being spoken to", async () => {
    const { fleet, start, thread, agent } = await openFleet();
    let answer = (): void => undefined;
    agent.behave = { send: () => new Promise((resolve) => (answer = () => resolve(ok({ agentTurnId: "x" })))) };
    const { id } = await start();
    const sending = thread(id);
    const closing = fleet.close();
    answer();
    await closing;
    expect(sending.closed).toBe(true);
    expect(agent.threads).toHaveLength(1);
  });

  it("does not wait for ever for a thread that does not close", async () => {
    const { fleet, start, agent, clock } = await openFleet();
    agent.behave = { close: never };
    await start();
    let closed = false;
    void fleet.close().then(() => (closed = true));
    await clock.pass(7_500);
    expect(closed).toBe(false);
    await clock.pass(1_000);
    expect(closed).toBe(true);
  });

  it("of one workstream that is put away lets go of its thread", async () => {
    const { fleet, start, thread } = await openFleet();
    const { id } = await start();
    unwrap(await fleet.archive(id, human));
    await calm();
    expect(thread(id)).toMatchObject({ interrupts: 1, closed: true });
  });
});
