import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

/**
 * A program that speaks the app-server protocol and, once for each workstream, breaks it in the way its model names
 * (`scripted-<misbehaviour>`). After that, and under the model `scripted-well`, it does its work: one file, one commit.
 */

const { values } = parseArgs({ strict: false, options: { state: { type: "string" } } });
const state = String(values.state);
mkdirSync(state, { recursive: true });

interface Turn {
  readonly id: string;
  readonly clientId: string;
  status: string;
}
interface Thread {
  readonly id: string;
  readonly model: string;
  readonly cwd: string;
  readonly turns: Turn[];
}
interface Call {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

const threads = new Map<string, Thread>();
const say = (message: unknown) => process.stdout.write(`${JSON.stringify(message)}\n`);
const fileOf = (id: string) => path.join(state, `${path.basename(id)}.json`);
const keep = (thread: Thread) => writeFileSync(fileOf(thread.id), JSON.stringify(thread));
const view = (turn: Turn) => ({
  id: turn.id,
  status: turn.status,
  items: [{ type: "userMessage", id: `${turn.id}-words`, clientId: turn.clientId, content: [] }],
  error: null,
});
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether this is the first time; it outlives the process. */
function first(name: string): boolean {
  const mark = path.join(state, `${name}.done`);
  if (existsSync(mark)) return false;
  writeFileSync(mark, "");
  return true;
}

function load(id: string): Thread | undefined {
  const known = threads.get(id);
  if (known !== undefined) return known;
  if (!existsSync(fileOf(id))) return undefined;
  const thread = JSON.parse(readFileSync(fileOf(id), "utf8")) as Thread;
  // What ran when the last process ended was cut.
  for (const turn of thread.turns) if (turn.status === "inProgress") turn.status = "interrupted";
  threads.set(id, thread);
  return thread;
}

function tell(thread: Thread, turn: Turn, method: string, params: Readonly<Record<string, unknown>>): void {
  say({ method, params: { threadId: thread.id, turnId: turn.id, ...params } });
}

function end(thread: Thread, turn: Turn, status: string): void {
  if (turn.status !== "inProgress") return;
  turn.status = status;
  keep(thread);
  say({ method: "turn/completed", params: { threadId: thread.id, turn: view(turn) } });
}

function work(thread: Thread): void {
  const name = thread.model.replace("scripted-", "");
  appendFileSync(path.join(thread.cwd, `${name}.txt`), "Done once.\n");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b", ...args], { cwd: thread.cwd });
  git("add", "-A");
  git("commit", "-q", "-m", `Work of ${name}`);
}

/** 100 MB in writes that wait for the reader, so that what grows is the reader's memory. */
async function flood(write: (piece: string) => boolean, piece: string): Promise<void> {
  for (let sent = 0; sent < 100 * 2 ** 20; sent += piece.length) {
    if (!write(piece)) await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
}

const approval = (thread: Thread, turn: Turn) => ({
  id: `ask-${turn.id}`,
  method: "item/commandExecution/requestApproval",
  params: {
    threadId: thread.id,
    turnId: turn.id,
    itemId: "c1",
    command: "make it so",
    cwd: thread.cwd,
    reason: "why not",
  },
});

/** What is done with a turn that has begun, instead of its work. Whoever wants the work done calls it. */
const misdeeds: Readonly<Record<string, (thread: Thread, turn: Turn) => Promise<void> | void>> = {
  "flood-line": () => flood((piece) => process.stdout.write(piece), "x".repeat(2 ** 20)),
  "flood-lines": async (thread, turn) => {
    const line = `${JSON.stringify({ method: "something/else", params: { text: "y".repeat(1_000) } })}\n`;
    await flood((piece) => process.stdout.write(piece), line.repeat(100));
    work(thread);
    end(thread, turn, "completed");
  },
  "flood-deltas": async (thread, turn) => {
    const params = { threadId: thread.id, turnId: turn.id, itemId: "m1", delta: "z".repeat(2_000) };
    await flood(
      (piece) => process.stdout.write(piece),
      `${JSON.stringify({ method: "item/agentMessage/delta", params })}\n`.repeat(50),
    );
    work(thread);
    end(thread, turn, "completed");
  },
  "flood-errors": async (thread, turn) => {
    for (let sent = 0; sent < 100; sent += 1) {
      if (!process.stderr.write("e".repeat(2 ** 20)))
        await new Promise((resolve) => process.stderr.once("drain", resolve));
    }
    work(thread);
    end(thread, turn, "completed");
  },
  "answers-twice": (thread, turn) => {
    work(thread);
    end(thread, turn, "completed");
    say({ method: "turn/completed", params: { threadId: thread.id, turn: view(turn) } });
    say({ method: "turn/started", params: { threadId: thread.id, turn: { ...view(turn), status: "inProgress" } } });
    say({ method: "turn/completed", params: { threadId: thread.id, turn: view(turn) } });
  },
  "unknown-ids": (thread, turn) => {
    for (const id of [999_999, "none", -1, 0]) say({ id, result: { turn: view(turn) } });
    say({ id: 12_345, error: { code: -1, message: "of nothing" } });
    say({ method: "turn/completed", params: { threadId: "no-such-thread", turn: view(turn) } });
    say({ method: "serverRequest/resolved", params: { threadId: thread.id, requestId: "never-asked" } });
    say({
      id: "strange",
      method: "item/commandExecution/requestApproval",
      params: { threadId: "no-such-thread", itemId: "c" },
    });
    work(thread);
    end(thread, turn, "completed");
  },
  "ends-early": () => process.exit(0),
  "ends-mid-line": () => void process.stdout.write('{"method":"turn/comple', () => process.exit(1)),
  "no-json": (thread, turn) => {
    for (const line of [
      "{",
      "null",
      "[]",
      "17",
      '"text"',
      '{"id":{}}',
      '{"method":7}',
      "[".repeat(5_000),
      '{"method":"turn/completed"}',
    ])
      process.stdout.write(`${line}\n`);
    work(thread);
    end(thread, turn, "completed");
  },
  "no-utf8": (thread, turn) => {
    process.stdout.write(Buffer.from([0xff, 0xfe, 0x80, 0x0a]));
    const line = JSON.stringify({
      method: "item/completed",
      params: {
        threadId: thread.id,
        turnId: turn.id,
        item: { type: "agentMessage", id: "m1", text: "@@ \u0000 \ud800" },
      },
    });
    process.stdout.write(Buffer.from(`${line}\n`.replace("@@", "\xff\xc0"), "latin1"));
    work(thread);
    end(thread, turn, "completed");
  },
  "lies-about-turns": async (thread, turn) => {
    for (const id of ["another-turn", thread.turns[0]?.clientId ?? ""]) {
      say({ method: "turn/started", params: { threadId: thread.id, turn: { ...view(turn), id } } });
      say({
        method: "turn/completed",
        params: { threadId: thread.id, turn: { ...view(turn), id, status: "completed" } },
      });
    }
    await sleep(300);
    work(thread);
    end(thread, turn, "completed");
  },
  "speaks-after-end": (thread, turn) => {
    work(thread);
    end(thread, turn, "completed");
    tell(thread, turn, "item/agentMessage/delta", { itemId: "m9", delta: "still talking" });
    tell(thread, turn, "item/completed", { item: { type: "agentMessage", id: "m9", text: "still talking" } });
    tell(thread, turn, "thread/tokenUsage/updated", {
      tokenUsage: { total: { totalTokens: 1, inputTokens: 1, cachedInputTokens: 0, outputTokens: 0 } },
    });
    say(approval(thread, turn));
  },
  "asks-twice": (thread, turn) => {
    say(approval(thread, turn));
    say(approval(thread, turn));
  },
  "never-reads": () => {
    process.stdin.pause();
    input.pause();
  },
  "leaves-a-child": () => {
    spawn("sleep", ["600"], { stdio: "inherit" });
    setTimeout(() => process.exit(0), 100);
  },
  "hangs-at-interrupt": () => undefined,
};

let lastId = "";
const answers: Readonly<Record<string, (call: Call) => Promise<void> | void>> = {
  initialize: ({ id }) => {
    if (existsSync(path.join(state, "hang-at-initialize")) && first("initialize")) return;
    say({ id, result: { userAgent: "misbehaving" } });
  },
  "thread/start": ({ id, params = {} }) => {
    const thread: Thread = { id: randomUUID(), model: String(params["model"]), cwd: String(params["cwd"]), turns: [] };
    if (thread.model === "scripted-hangs-at-open" && first(thread.model)) return;
    threads.set(thread.id, thread);
    keep(thread);
    say({ id, result: { thread: { id: thread.id } } });
  },
  "thread/resume": ({ id, params = {} }) => {
    const thread = load(String(params["threadId"]));
    if (thread === undefined) say({ id, error: { code: -32_600, message: "no rollout found for thread id" } });
    else say({ id, result: { thread: { id: thread.id } } });
  },
  "thread/turns/list": ({ id, params = {} }) =>
    void say({
      id,
      result: { data: (load(String(params["threadId"]))?.turns ?? []).map(view).toReversed(), nextCursor: null },
    }),
  "turn/start": async ({ id, params = {} }) => {
    const thread = load(String(params["threadId"]));
    if (thread === undefined) return void say({ id, error: { code: -32_600, message: "thread not found" } });
    const misdeed = thread.model.replace("scripted-", "");
    const isFirst = first(`${thread.model}-turn`);
    if (misdeed === "hangs-at-send" && isFirst) return;
    const turn: Turn = {
      id: `turn-${randomUUID()}`,
      clientId: String(params["clientUserMessageId"]),
      status: "inProgress",
    };
    thread.turns.push(turn);
    keep(thread);
    say({ id, result: { turn: view(turn) } });
    if (misdeed === "answers-twice") say({ id, result: { turn: view(turn) } });
    say({ method: "turn/started", params: { threadId: thread.id, turn: view(turn) } });
    const misdo = isFirst ? misdeeds[misdeed] : undefined;
    if (misdo !== undefined) return misdo(thread, turn);
    await sleep(misdeed === "well" ? 1_500 : 50);
    if (turn.status !== "inProgress") return;
    work(thread);
    end(thread, turn, "completed");
  },
  "turn/interrupt": ({ id, params = {} }) => {
    const thread = load(String(params["threadId"]));
    if (thread?.model === "scripted-hangs-at-interrupt") return;
    say({ id, result: {} });
    const turn = thread?.turns.find((one) => one.id === params["turnId"]);
    if (thread !== undefined && turn !== undefined) end(thread, turn, "interrupted");
  },
};

const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  const call = JSON.parse(line) as Call;
  if (call.method === undefined) {
    // The answer to a request of ours: the same is asked once more, and then the work is done.
    if (typeof call.id !== "string" || call.id === lastId) return;
    lastId = call.id;
    for (const thread of threads.values()) {
      const turn = thread.turns.find((one) => `ask-${one.id}` === call.id && one.status === "inProgress");
      if (turn === undefined) continue;
      say(approval(thread, turn));
      say({ method: "serverRequest/resolved", params: { threadId: thread.id, requestId: call.id } });
      work(thread);
      end(thread, turn, "completed");
    }
    return;
  }
  const answer = answers[call.method];
  if (answer === undefined) say({ id: call.id, result: { data: [], nextCursor: null } });
  else void answer(call);
});
input.on("close", () => process.exit(0));
