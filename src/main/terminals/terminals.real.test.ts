import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import type { TerminalFrame } from "../../contract/terminals.ts";
import { createTerminals, type Terminals } from "./terminals.ts";

const keeper = fileURLToPath(new URL("keeper.ts", import.meta.url));
const workstream = "w00000001";
const soon = { timeout: 8_000, interval: 20 };

let folder: string;
let terminals: Terminals;
const logged: string[] = [];

beforeAll(() => {
  let ids = 0;
  terminals = createTerminals({
    program: { node: process.execPath, file: keeper, env: { PATH: process.env["PATH"] ?? "" } },
    newId: () => `x${process.pid}t${Date.now()}n${(ids += 1)}`,
    now: () => 5,
    log: (message) => logged.push(message),
  });
});
afterAll(() => terminals.end());
beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(os.tmpdir(), "terminals-")));
});
afterEach(async () => {
  await terminals.endOf(workstream);
  expect(logged).toEqual([]);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const start = (more: object = {}) => ({
  file: "/bin/sh",
  args: [],
  folder,
  env: { PATH: process.env["PATH"] ?? "", PS1: "$ ", TERM: "xterm-256color", LANG: "C.UTF-8" },
  cols: 80,
  rows: 24,
  ...more,
});

/** Draws everything at once, as a page that is not slow does. */
function watch(id: string) {
  const left = new AbortController();
  const frames: TerminalFrame[] = [];
  let text = "";
  let received = 0;
  let draws = true;
  let reader = 0;
  const over = (async () => {
    for await (const frame of unwrap(terminals.attach(id, left.signal))) {
      frames.push(frame);
      if (frames.length > 50) frames.shift();
      if (frame.kind === "snapshot") {
        reader = frame.reader;
        text = frame.screen;
      }
      if (frame.kind !== "output") continue;
      text = (text + frame.text).slice(-20_000);
      received += frame.text.length;
      if (draws) terminals.ack(id, reader, frame.at);
    }
  })();
  return {
    frames,
    over,
    text: () => text,
    received: () => received,
    freeze: () => (draws = false),
    leave: () => left.abort(),
    has: (words: string | RegExp) => vi.waitFor(() => expect(text).toMatch(words), soon),
  };
}

async function opened(more: object = {}) {
  const { id } = unwrap(await terminals.open(workstream, start(more), false));
  return { id, view: watch(id), type: (text: string) => unwrap(terminals.write(id, text)) };
}

const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(String(spawnSync("cat", [`/proc/${pid}/status`]).stdout));

async function pidsIn(file: string, count: number): Promise<number[]> {
  return vi.waitFor(async () => {
    const pids = (await readFile(path.join(folder, file), "utf8")).trim().split("\n").map(Number);
    expect(pids).toHaveLength(count);
    return pids;
  }, soon);
}

/** Processes that do not go when they are asked to: in the foreground's group, in the background, and out of the session. */
const stubborn = [
  "trap '' HUP TERM INT",
  "(trap '' HUP TERM; echo $(exec sh -c 'echo $PPID') >> pids; while :; do sleep 1; done) &",
  "(trap '' HUP TERM; exec setsid sh -c 'echo $$ >> pids; while :; do sleep 1; done') &",
  "echo $$ >> pids",
].join("\n");

describe.skipIf(process.platform !== "linux")("a terminal", () => {
  test("runs the shell in its folder, told what was typed, and tells what it prints", async () => {
    const { view, type } = await opened();
    type("echo $((40+2)) in $PWD; stty size\r");
    await view.has(`42 in ${folder}`);
    await view.has("24 80");
  });

  test("is the same for whoever comes, with its screen as it is, in the size that was set last", async () => {
    const { id, view, type } = await opened();
    type("printf 'one\\033[31m two\\n'\r");
    await view.has("two");
    expect(unwrap(await terminals.open(workstream, start(), false)).id).toBe(id);
    expect(unwrap(await terminals.open(workstream, start(), true)).id).not.toBe(id);
    expect(terminals.list(workstream)).toHaveLength(2);
    const other = watch(id);
    await other.has(/one.*31m two|one.*38;5;1m two/s);
    unwrap(terminals.resize(id, { cols: 100, rows: 30 }));
    type("stty size\r");
    await other.has("30 100");
    expect(view.frames).toContainEqual({ kind: "resized", cols: 100, rows: 30 });
    view.leave();
    await view.over;
    type("echo still there\r");
    await other.has(/still there\r?\n/);
  });

  test("answers a program's questions once, however many look", async () => {
    const { id, view, type } = await opened();
    const other = watch(id);
    await other.has(/\$/);
    type("stty -echo raw; printf '\\033[6n\\033[c'; dd bs=1 count=13 2>/dev/null | od -c | head -3; stty echo -raw\r");
    await view.has(/033\s+\[\s+\d+\s+;\s+\d+\s+R\s+033/);
    expect(view.text()).not.toContain("\u001b[6n");
  });

  test("tells neither titles nor links nor what is meant for the clipboard", async () => {
    const { view, type } = await opened();
    type(
      "printf '\\033]0;t1tle\\007\\033]52;c;c2VjcmV0\\007\\033]8;;http://evil\\033\\\\lnk\\033]8;;\\033\\\\ %s\\n' end-of-it\r",
    );
    await view.has(/lnk end-of-it/);
    expect(view.frames.map((frame) => (frame.kind === "output" ? frame.text : "")).join("")).not.toContain("\u001b]");
  });

  test("is ended with all that was started from it, also what ignores being asked and what left it", async () => {
    await writeFile(path.join(folder, "stubborn.sh"), stubborn);
    const { id, view, type } = await opened();
    type(". ./stubborn.sh; sleep 1000\r");
    const pids = await pidsIn("pids", 3);
    await vi.waitFor(async () => expect(await terminals.atWork(workstream)).toEqual(["sleep"]), soon);
    unwrap(await terminals.close(id));
    await view.over;
    expect(view.frames.at(-1)).toMatchObject({ kind: "ended", why: "closed" });
    expect(pids.filter(isAlive)).toEqual([]);
    expect(terminals.list()).toEqual([]);
  });

  test("tells how its shell ended, and ends what that left in the background", async () => {
    const { view, type } = await opened();
    type("sleep 1000 & echo $! > pids; exit 3\r");
    const [pid = 0] = await pidsIn("pids", 1);
    await view.over;
    expect(view.frames.at(-1)).toEqual({ kind: "ended", why: "exited", exitCode: 3 });
    expect(isAlive(pid)).toBe(false);
  });

  test("has a flood wait for a page that draws nothing, and lets it go on when the page has gone", async () => {
    const { id, view, type } = await opened();
    await view.has(/\$/);
    view.freeze();
    type("yes 0123456789012345678901234567890123456789 | head -c 3000000; echo the-$((1+1))nd\r");
    await vi.waitFor(() => expect(view.received()).toBeGreaterThan(400_000), soon);
    expect(view.received()).toBeLessThan(1_000_000);
    view.leave();
    const other = watch(id);
    await other.has("the-2nd");
  });

  test("stops a flood at Ctrl+C, and goes on", async () => {
    const { view, type } = await opened();
    type("yes\r");
    await vi.waitFor(() => expect(view.received()).toBeGreaterThan(500_000), soon);
    type("\u0003");
    type("echo after-$((1+1))\r");
    await view.has("after-2");
  });

  test("that cannot be started says why, and leaves nothing", async () => {
    const refused = await terminals.open(workstream, start({ folder: "/nowhere" }), false);
    const told = refused.ok ? watch(refused.value.id) : undefined;
    await told?.over;
    expect(refused.ok ? told?.frames.at(-1)?.kind : refused.error.code).toMatch(/ended|UNAVAILABLE/);
    await vi.waitFor(() => expect(terminals.list()).toEqual([]), soon);
  });

  test("is one of at most four of a workstream", async () => {
    for (let at = 0; at < 4; at += 1) unwrap(await terminals.open(workstream, start(), true));
    expect(await terminals.open(workstream, start(), true)).toMatchObject({ error: { code: "TOO_MANY" } });
    await terminals.endOf(workstream);
    expect(terminals.list()).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("when the engine is killed", () => {
  test("its terminals end, with what ignores being asked", async () => {
    await writeFile(path.join(folder, "stubborn.sh"), stubborn);
    const engine = path.join(folder, "engine.mjs");
    const room = new URL("terminals.ts", import.meta.url).href;
    await writeFile(
      engine,
      `import { createTerminals } from ${JSON.stringify(room)};
       const terminals = createTerminals({ program: { node: process.execPath, file: ${JSON.stringify(keeper)}, env: process.env },
         newId: () => "xkilled${process.pid}", now: Date.now, log: console.error });
       const { value } = await terminals.open("w00000001", { file: "/bin/sh", args: [], folder: ${JSON.stringify(folder)},
         env: { PATH: process.env.PATH }, cols: 80, rows: 24 }, false);
       terminals.write(value.id, ". ./stubborn.sh; sleep 1000\\r");
       setInterval(() => {}, 1000);`,
    );
    const child = spawn(process.execPath, [engine], { stdio: "inherit" });
    const pids = await pidsIn("pids", 3);
    child.kill("SIGKILL");
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), soon);
  });
});
