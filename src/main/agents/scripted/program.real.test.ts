import { existsSync, readFileSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { unwrap } from "../../../contract/errors.ts";
import { machineClock } from "../appserver/clock.ts";
import { openConnection, type Connection } from "../appserver/connection.ts";
import { seededRandom } from "./pacing.ts";
import { createTestStand, type TestStand } from "./test-stand.ts";

interface Told {
  readonly method: string;
  readonly params: unknown;
  readonly requestId?: string | number;
}

interface Client {
  readonly connection: Connection;
  readonly told: readonly Told[];
  call(method: string, params: unknown): Promise<unknown>;
  start(scenario: string): Promise<string>;
  turn(threadId: string, words: string, clientId?: string): Promise<string>;
  ended(turnId: string): Promise<string>;
  readonly closed: () => boolean;
}

let stand: TestStand;
let connections: Connection[];
let worktree: string;
beforeEach(async () => {
  stand = await createTestStand(process.env["PATH"] ?? "");
  connections = [];
  worktree = await stand.worktree("one");
});
afterEach(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await stand.close();
});

const turnSchema = z.object({ turn: z.object({ id: z.string(), status: z.string() }) });
const turnIdOf = (value: unknown) => turnSchema.parse(value).turn.id;
const threadSchema = z.object({ thread: z.object({ id: z.string() }) });
const turnsSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      items: z.array(z.looseObject({ type: z.string(), clientId: z.string().nullish(), text: z.string().nullish() })),
    }),
  ),
});

/** The program itself, spoken to in its own protocol. */
async function connect(options: { scenarios?: string; unwanted?: string[] } = {}): Promise<Client> {
  const told: Told[] = [];
  let closed = false;
  await mkdir(join(stand.folder, "state"), { recursive: true });
  const more = options.scenarios === undefined ? [] : ["--scenarios", options.scenarios];
  const connection = openConnection({
    launch: {
      command: process.execPath,
      args: [join(import.meta.dirname, "program.ts"), "--state", join(stand.folder, "state"), ...more],
      env: { PATH: process.env["PATH"] ?? "", HOME: stand.folder },
      cwd: stand.folder,
    },
    clock: machineClock,
    log: () => {},
    onNotification: (method, params) => told.push({ method, params }),
    onRequest: (requestId, method, params) => told.push({ method, params, requestId }),
    onClosed: () => {
      closed = true;
    },
  });
  connections.push(connection);
  const call = async (method: string, params: unknown) => unwrap(await connection.request(method, params, 15_000));
  await call("initialize", {
    clientInfo: { name: "t" },
    capabilities: { optOutNotificationMethods: options.unwanted ?? [] },
  });
  connection.notify("initialized");
  return {
    connection,
    told,
    call,
    closed: () => closed,
    async start(scenario) {
      return threadSchema.parse(await call("thread/start", { cwd: worktree, model: `scripted-${scenario}` })).thread.id;
    },
    async turn(threadId, words, clientId) {
      return turnIdOf(
        await call("turn/start", { threadId, input: text(words), clientUserMessageId: clientId ?? null }),
      );
    },
    ended: (turnId) =>
      vi.waitFor(
        () => {
          const ends = told
            .filter(({ method }) => method === "turn/completed")
            .map(({ params }) => turnSchema.parse(params));
          const end = ends.find(({ turn }) => turn.id === turnId);
          if (end === undefined) throw new Error(`${turnId} did not end`);
          return end.turn.status;
        },
        { timeout: 15_000, interval: 10 },
      ),
  };
}

function text(words: string) {
  return [{ type: "text", text: words, text_elements: [] }];
}

/** A scenario whose command writes its process id and the one of a child in the background, then sleeps. */
const sleeper = `steps:
  - run: { command: "sleep 600 & echo $! > child.pid; echo $$ > own.pid; exec sleep 600" }
  - edit: { path: after.txt, content: "after\\n" }
  - commit: After the command
`;

async function sleepingPids(): Promise<number[]> {
  return vi.waitFor(
    () =>
      ["own.pid", "child.pid"].map((file) => {
        const pid = Number(readFileSync(join(worktree, file), "utf8"));
        if (pid === 0) throw new Error(`${file} is not written yet`);
        return pid;
      }),
    { timeout: 10_000, interval: 10 },
  );
}

/** Which step comes next of the one scenario that is played, as the program has stored it. */
async function storedCursor(): Promise<unknown> {
  const [file = ""] = await readdir(join(stand.folder, "state"));
  const lines = (await readFile(join(stand.folder, "state", file), "utf8")).trim().split("\n");
  const records = lines.map((line) =>
    z.looseObject({ type: z.string(), at: z.unknown().optional() }).parse(JSON.parse(line)),
  );
  return records.findLast(({ type }) => type === "cursor")?.at;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

/** Where nobody reaps orphans they stay as zombies, which run nothing any more. */
function isZombie(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`) && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

/** Those of the processes that are still there after a while. */
async function stillRunning(pids: number[]): Promise<number[]> {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline && pids.some(isRunning)) await setTimeout(10);
  return pids.filter(isRunning);
}

async function sleepIn(client: Client) {
  const threadId = await client.start("sleeper");
  const turnId = await client.turn(threadId, "Go", "c1");
  return { threadId, turnId, pids: await sleepingPids() };
}

const withSleeper = async () => connect({ scenarios: await stand.scenarios({ sleeper }) });

describe("a running command", () => {
  it("outlives the interrupt of its turn, as with Codex, until it is cleaned away", async () => {
    const client = await withSleeper();
    const { threadId, turnId, pids } = await sleepIn(client);
    await client.call("turn/interrupt", { threadId, turnId });
    expect(await client.ended(turnId)).toBe("interrupted");
    expect(pids.filter(isRunning)).toEqual(pids);
    await client.call("thread/backgroundTerminals/clean", { threadId });
    expect(await stillRunning(pids)).toEqual([]);
  });

  it("ends when the program is killed", async () => {
    const client = await withSleeper();
    const { pids } = await sleepIn(client);
    // Only the program itself, so that nothing but its own watchdogs can end the command.
    process.kill(client.connection.pid ?? 0, "SIGKILL");
    expect(await stillRunning(pids)).toEqual([]);
  });

  it("leaves nothing behind at whatever moment the program is killed", async () => {
    const script =
      'steps:\n  - repeat: { times: 100, steps: [{ run: { command: "sleep 600 & echo $! >> pids; sleep 0.01" } }] }';
    const scenarios = await stand.scenarios({ script });
    const random = seededRandom(7);
    for (let round = 0; round < 5; round += 1) {
      const client = await connect({ scenarios });
      for (let thread = 0; thread < 4; thread += 1) await client.turn(await client.start("script"), "Go");
      await setTimeout(random() * 200);
      process.kill(client.connection.pid ?? 0, "SIGKILL");
      // Long enough for every watchdog, before the driver ends the program's own process group.
      await setTimeout(100);
    }
    const pids = (await readFile(join(worktree, "pids"), "utf8")).trim().split("\n").map(Number);
    expect(pids.length).toBeGreaterThan(10);
    expect(await stillRunning(pids)).toEqual([]);
  });

  it("ends when the client goes away", async () => {
    const client = await withSleeper();
    const { pids } = await sleepIn(client);
    await client.connection.close();
    expect(await stillRunning(pids)).toEqual([]);
  });

  it("ends when the program is told to terminate", async () => {
    const client = await withSleeper();
    const { pids } = await sleepIn(client);
    process.kill(client.connection.pid ?? 0, "SIGTERM");
    await vi.waitFor(() => expect(client.closed()).toBe(true));
    expect(await stillRunning(pids)).toEqual([]);
  });

  it("ends when its thread is left", async () => {
    const client = await withSleeper();
    const { threadId, pids } = await sleepIn(client);
    await client.call("thread/unsubscribe", { threadId });
    expect(await stillRunning(pids)).toEqual([]);
  });

  it("takes along what it left in the background when it ends by itself", async () => {
    const scenarios = await stand.scenarios({
      leaver: 'steps:\n  - run: { command: "sleep 600 & echo $! > child.pid; echo $$ > own.pid", expect: 0 }',
    });
    const client = await connect({ scenarios });
    const turnId = await client.turn(await client.start("leaver"), "Go");
    expect(await client.ended(turnId)).toBe("completed");
    expect(await stillRunning(await sleepingPids())).toEqual([]);
  });
});

describe("a thread taken up after its program was killed", () => {
  it("has its cut turn interrupted, knows what it heard, and goes on where it stood", async () => {
    const scenarios = await stand.scenarios({
      stages: `steps:
  - run: { command: "echo once >> first.txt" }
  - say: "The first part is done."
${sleeper.replace("steps:\n", "")}`,
    });
    const before = await connect({ scenarios });
    const threadId = await before.start("stages");
    const turnId = await before.turn(threadId, "Go", "c1");
    await sleepingPids();
    await before.call("turn/steer", {
      threadId,
      expectedTurnId: turnId,
      input: text("and hurry"),
      clientUserMessageId: "s1",
    });
    process.kill(before.connection.pid ?? 0, "SIGKILL");
    await vi.waitFor(() => expect(before.closed()).toBe(true));

    const after = await connect({ scenarios });
    await after.call("thread/resume", { threadId });
    const [cut, ...others] = turnsSchema.parse(await after.call("thread/turns/list", { threadId })).data;
    expect(others).toEqual([]);
    expect(cut).toMatchObject({ id: turnId, status: "interrupted" });
    expect(cut?.items.flatMap((item) => item.clientId ?? [])).toEqual(["c1", "s1"]);

    expect(await after.turn(threadId, "Go", "c1")).toBe(turnId);
    expect(after.told.some(({ method }) => method === "turn/started")).toBe(false);

    const again = await after.turn(threadId, "Go on", "c2");
    await vi.waitFor(() =>
      expect(after.told.map(({ params }) => JSON.stringify(params)).join()).toContain("sleep 600"),
    );
    await after.call("turn/interrupt", { threadId, turnId: again });
    await after.ended(again);
    expect(await after.ended(await after.turn(threadId, "Go on", "c3"))).toBe("completed");
    expect(await readFile(join(worktree, "first.txt"), "utf8")).toBe("once\n");
    expect(await stand.git(worktree, "log", "-1", "--format=%s")).toBe("After the command");
  });

  it("plays a crash once", async () => {
    const before = await connect();
    const threadId = await before.start("crash");
    await before.turn(threadId, "Go", "c1");
    await vi.waitFor(() => expect(before.closed()).toBe(true), { timeout: 5_000 });
    const after = await connect();
    await after.call("thread/resume", { threadId });
    expect(await after.ended(await after.turn(threadId, "Go on", "c2"))).toBe("completed");
    expect(await stand.git(worktree, "show", "HEAD:scripted-crash.md")).toBe("Written before and after the crash.");
  });

  it("survives a last line that was torn", async () => {
    const before = await connect();
    const threadId = await before.start("happy");
    await before.ended(await before.turn(threadId, "Go", "c1"));
    await before.connection.close();
    const [file = ""] = await readdir(join(stand.folder, "state"));
    await appendFile(join(stand.folder, "state", file), '{"type":"turn","id":"half');
    const after = await connect();
    await after.call("thread/resume", { threadId, model: "scripted-uncommitted" });
    await after.ended(await after.turn(threadId, "Thanks", "c2"));
    await after.connection.close();
    const last = await connect();
    expect(await last.call("thread/resume", { threadId })).toMatchObject({ model: "scripted-uncommitted" });
    const turns = turnsSchema.parse(await last.call("thread/turns/list", { threadId, sortDirection: "asc" })).data;
    expect(turns.map(({ status }) => status)).toEqual(["completed", "completed"]);
  });

  it("is refused in Codex's words when there is none", async () => {
    const client = await connect();
    const threadId = "0199a213-81c0-7800-8aa1-bbab2a035a53";
    const resumed = await client.connection.request("thread/resume", { threadId }, 5_000);
    expect(resumed).toMatchObject({ ok: false, error: { cause: `no rollout found for thread id ${threadId}` } });
    const escaped = await client.connection.request("thread/resume", { threadId: "../../etc/passwd" }, 5_000);
    expect(escaped.ok).toBe(false);
  });
});

describe("a turn", () => {
  it("is played once, however often its words are sent", async () => {
    const client = await connect();
    const threadId = await client.start("happy");
    const first = client.turn(threadId, "Go", "c1");
    const second = client.turn(threadId, "Go", "c1");
    const turnId = await first;
    expect(await second).toBe(turnId);
    await client.ended(turnId);
    expect(await client.turn(threadId, "Go", "c1")).toBe(turnId);
    expect(client.told.filter(({ method }) => method === "turn/started")).toHaveLength(1);
  });

  it("takes a second turn/start as a steer", async () => {
    const client = await connect();
    const threadId = await client.start("hang");
    const turnId = await client.turn(threadId, "Go", "c1");
    expect(await client.turn(threadId, "More", "c2")).toBe(turnId);
  });

  it("streams every message in deltas that add up to it", async () => {
    const client = await connect();
    await client.ended(await client.turn(await client.start("happy"), "Go"));
    const item = z.object({ item: z.looseObject({ id: z.string(), type: z.string(), text: z.string().optional() }) });
    const items = client.told
      .filter(({ method }) => method === "item/completed")
      .map(({ params }) => item.parse(params).item);
    const message = items.findLast(({ type }) => type === "agentMessage");
    const delta = z.object({ itemId: z.string(), delta: z.string() });
    const deltas = client.told
      .filter(({ method }) => method === "item/agentMessage/delta")
      .map(({ params }) => delta.parse(params))
      .filter(({ itemId }) => itemId === message?.id);
    expect(deltas.map((piece) => piece.delta).join("")).toBe(message?.text);
  });

  it("that hangs is ended by an interrupt, and the next one goes on behind it", async () => {
    const client = await connect();
    const threadId = await client.start("hang");
    const turnId = await client.turn(threadId, "Go");
    // An interrupt of the step before would leave the hanging one to the next turn.
    await vi.waitFor(async () => expect(await storedCursor()).toEqual([1]), { timeout: 10_000, interval: 10 });
    await client.call("turn/interrupt", { threadId, turnId });
    expect(await client.ended(turnId)).toBe("interrupted");
    expect(await client.ended(await client.turn(threadId, "Go on"))).toBe("completed");
    expect(await stand.git(worktree, "log", "-1", "--format=%s")).toBe("Go on after being interrupted");
  });

  it("that refuses to end is ended by the end of the program alone", async () => {
    const client = await connect();
    const threadId = await client.start("refuse-end");
    const turnId = await client.turn(threadId, "Go");
    await vi.waitFor(() => expect(client.told.some(({ method }) => method === "item/agentMessage/delta")).toBe(true));
    await client.call("turn/steer", { threadId, expectedTurnId: turnId, input: text("end") });
    await client.call("turn/interrupt", { threadId, turnId });
    await client.call("thread/backgroundTerminals/clean", { threadId });
    expect(client.told.some(({ method }) => method === "turn/completed")).toBe(false);
    await client.connection.close();
    expect(client.closed()).toBe(true);
  });

  it("leaves out the notifications nobody wants", async () => {
    const client = await connect({ unwanted: ["thread/status/changed", "thread/started"] });
    await client.ended(await client.turn(await client.start("happy"), "Go"));
    const methods = new Set(client.told.map(({ method }) => method));
    expect(methods).not.toContain("thread/status/changed");
    expect(methods).not.toContain("thread/started");
  });
});

describe("a fork", () => {
  it("remembers what was said and goes on by itself", async () => {
    const client = await connect();
    const threadId = await client.start("uncommitted");
    await client.ended(await client.turn(threadId, "Go", "c1"));
    const fork = threadSchema.parse(await client.call("thread/fork", { threadId })).thread.id;
    expect(fork).not.toBe(threadId);
    expect(await client.ended(await client.turn(fork, "Please commit", "c2"))).toBe("completed");
    const turns = async (id: string) =>
      turnsSchema.parse(await client.call("thread/turns/list", { threadId: id })).data;
    expect(await turns(fork)).toHaveLength(2);
    expect(await turns(threadId)).toHaveLength(1);
  });
});

describe("the program", () => {
  it("sends a flood whole, without holding it all", async () => {
    const client = await connect({
      scenarios: await stand.scenarios({ deluge: "steps:\n  - flood: { bytes: 60000000 }" }),
    });
    await client.ended(await client.turn(await client.start("deluge"), "Go"));
    const delta = z.object({ delta: z.string() });
    const bytes = client.told
      .filter(({ method }) => method === "item/commandExecution/outputDelta")
      .reduce((sum, { params }) => sum + delta.parse(params).delta.length, 0);
    expect(bytes).toBe(60_000_000);
    const peak = /VmHWM:\s+(\d+) kB/.exec(
      await readFile(`/proc/${client.connection.pid}/status`, "utf8").catch(() => ""),
    );
    expect(Number(peak?.[1] ?? 0)).toBeLessThan(250_000);
  });

  it("answers malformed calls and goes on", async () => {
    const client = await connect();
    for (const [method, params] of [
      ["turn/start", { threadId: 5 }],
      ["thread/start", {}],
      ["no/such", {}],
      ["turn/steer", { threadId: "x", input: [], expectedTurnId: "y" }],
    ] as const) {
      expect((await client.connection.request(method, params, 5_000)).ok).toBe(false);
    }
    expect(await client.ended(await client.turn(await client.start("happy"), "Go"))).toBe("completed");
  });
});
