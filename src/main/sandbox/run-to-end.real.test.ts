import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scenarioEnvironment, temporaryFolder } from "../../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../contract/errors.ts";
import type { Outcome, RunRequest } from "./run-to-end.ts";
import { createSandbox, type Sandbox } from "./sandbox.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
/** Where nothing confines: what must hold everywhere. */
let sandbox: Sandbox;

beforeEach(async () => {
  folder = await temporaryFolder();
  sandbox = await createSandbox({
    platform: "win32",
    machine: "x64",
    searchPath: "",
    folder: folder.path,
    hidden: () => Promise.resolve([]),
    limits: { processes: 4_096, memory: 4 * 1024 ** 3 },
  });
});

afterEach(async () => {
  await sandbox.close();
  await folder.remove();
});

const { PATH = "" } = scenarioEnvironment;

async function run(
  script: string,
  { env = { PATH }, ...over }: Partial<RunRequest> & { env?: Record<string, string> } = {},
): Promise<Outcome> {
  const command = { file: "/bin/sh", args: ["-c", script], folder: folder.path, env };
  return unwrap(await sandbox.run({ command, confines, timeoutMs: 10_000, ...over }));
}

const confines = { worktree: "/", writable: [], readOnly: [], readable: [], network: "full" as const };

async function pidIn(file: string): Promise<number> {
  for (;;) {
    const text = await readFile(path.join(folder.path, file), "utf8").catch(() => "");
    if (text.endsWith("\n")) return Number(text);
    await sleep(5);
  }
}

async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "gone");
    if (state === "gone" || / Z /.test(state)) return true;
    await sleep(5);
  }
  return false;
}

describe("a command that nothing confines", () => {
  it("runs in its folder with the given environment and nothing else, and its output is seen", async () => {
    const seen: string[] = [];
    const outcome = await run("pwd; env | grep -c .; echo $WHO ünï; echo oops >&2; exit 3", {
      env: { PATH, WHO: "w1" },
      onOutput: (text) => seen.push(text),
    });
    expect(outcome).toMatchObject({ exitCode: 3, ended: "by itself" });
    expect(outcome.tail).toContain(`${folder.path}\n`);
    expect(outcome.tail).toContain("w1 ünï\n");
    expect(outcome.tail).toContain("oops\n");
    expect(seen.join("")).toHaveLength(outcome.characters);
    expect(outcome.tail).not.toContain("HOME");
  });

  it("keeps the end of a flood and hands out no more than it may", async () => {
    const seen: string[] = [];
    const outcome = await run("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo the end", {
      maxOutput: 1000,
      onOutput: (text) => seen.push(text),
    });
    expect(seen.join("")).toHaveLength(1000);
    expect(outcome.characters).toBe(3_000_009);
    expect(outcome.tail.length).toBeLessThanOrEqual(16_000);
    expect(outcome.tail).toMatch(/the end\n$/);
  });

  it.runIf(process.platform === "linux")("takes everything in its group with it when it times out", async () => {
    const outcome = await run("sleep 600 & echo $! > child; wait", { timeoutMs: 300 });
    expect(outcome).toMatchObject({ exitCode: null, ended: "timed out" });
    expect(await isGone(await pidIn("child"))).toBe(true);
  });

  it.runIf(process.platform === "linux")("leaves nothing running in the background when it ends", async () => {
    const outcome = await run("sleep 600 & echo $! > child");
    expect(outcome).toMatchObject({ exitCode: 0, ended: "by itself" });
    expect(await isGone(await pidIn("child"))).toBe(true);
  });

  it.runIf(process.platform === "linux")("is killed when it will not listen to a cancellation", async () => {
    const abort = new AbortController();
    const running = run("trap '' TERM; echo $$ > self; while :; do sleep 0.1; done", { signal: abort.signal });
    const pid = await pidIn("self");
    abort.abort();
    expect(await running).toMatchObject({ ended: "cancelled" });
    expect(await isGone(pid)).toBe(true);
  });

  it("says when its folder is gone", async () => {
    const gone = { file: "/bin/true", args: [], folder: path.join(folder.path, "gone"), env: {} };
    const ran = await sandbox.run({ command: gone, confines, timeoutMs: 1_000 });
    expect(ran).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
  });

  it.runIf(process.platform === "linux")("is told to end, and given time to", async () => {
    const command = {
      file: "/bin/sh",
      args: ["-c", "trap 'echo bye; exit 4' TERM; echo on; sleep 60 & wait"],
      folder: folder.path,
      env: { PATH },
    };
    const started = unwrap(await sandbox.start(command, confines));
    const said: string[] = [];
    started.stdout.on("data", (bytes: Buffer) => said.push(bytes.toString()));
    await once(started.stdout, "data");
    expect(await started.end(5_000)).toBe(4);
    expect(said.join("")).toBe("on\nbye\n");
  });

  it("says that nothing confines it, why, and what to do", () => {
    expect(sandbox).toMatchObject({ confinement: "none", lacks: { code: "UNAVAILABLE" } });
    expect(sandbox.lacks?.next).toMatch(/Linux or macOS/);
  });
});
