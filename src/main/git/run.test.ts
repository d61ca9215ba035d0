import { access, chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRepository, scenarioEnvironment, temporaryFolder } from "../../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../contract/errors.ts";
import { createGitRunner, type GitRunner } from "./run.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let runner: GitRunner;

beforeEach(async () => {
  folder = await temporaryFolder();
  runner = createGitRunner({ env: scenarioEnvironment });
});

afterEach(async () => {
  runner.close();
  await folder.remove();
});

/** A command whose grandchild notes its process id and then outlives any patience. */
async function hanging(): Promise<{ args: string[]; config: string[]; grandchild: () => Promise<number> }> {
  const note = path.join(folder.path, "pid");
  const script = path.join(folder.path, "hang.sh");
  await writeFile(script, `#!/bin/sh\necho $$ > ${note}\nexec sleep 600\n`);
  await chmod(script, 0o755);
  const grandchild = async (): Promise<number> => {
    for (;;) {
      const text = await readFile(note, "utf8").catch(() => "");
      if (text.endsWith("\n")) return Number(text);
      await sleep(5);
    }
  };
  return { args: ["hang"], config: [`alias.hang=!${script}`], grandchild };
}

async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "gone");
    if (state === "gone" || / Z /.test(state)) return true;
    await sleep(5);
  }
  return false;
}

const linux = process.platform === "linux";

describe("the git runner", () => {
  it("gives back exact bytes and lets exit codes be answers", async () => {
    const root = await makeRepository(path.join(folder.path, "repo"));
    const bytes = Buffer.from([0, 255, 254, 10]);
    const hashed = unwrap(
      await runner.run({ at: { path: root }, args: ["hash-object", "-w", "--stdin"], stdin: bytes }),
    );
    const id = hashed.stdout.toString().trim();
    const read = unwrap(await runner.run({ at: { path: root }, args: ["cat-file", "blob", id] }));
    expect(read.stdout).toEqual(bytes);
    const missing = ["rev-parse", "--quiet", "--verify", "nope"];
    expect(await runner.run({ at: { path: root }, args: missing })).toMatchObject({ ok: false });
    expect(unwrap(await runner.run({ at: { path: root }, args: missing, answers: [0, 1] })).exitCode).toBe(1);
  });

  it("fails or cuts above its bound on output", async () => {
    const root = await makeRepository(path.join(folder.path, "repo"), [["big", "x".repeat(500_000)]]);
    const command = { at: { path: root }, args: ["cat-file", "blob", "HEAD:big"], maxBytes: 1000 };
    expect(await runner.run(command)).toMatchObject({ ok: false, error: { code: "TOO_LARGE" } });
    const cut = unwrap(await runner.run({ ...command, overflow: "truncate" }));
    expect(cut.truncated).toBe(true);
    expect(cut.stdout).toHaveLength(1000);
    const exact = unwrap(await runner.run({ ...command, maxBytes: 500_000 }));
    expect(exact.truncated).toBe(false);
  });

  it.runIf(linux)("settles at once on an abort and ends the grandchild too", async () => {
    const { args, config, grandchild } = await hanging();
    const abort = new AbortController();
    const running = runner.run({ at: { path: folder.path }, args, config, signal: abort.signal });
    const pid = await grandchild();
    abort.abort();
    expect(await running).toMatchObject({ ok: false, error: { code: "CANCELLED" } });
    expect(await isGone(pid)).toBe(true);
  });

  it.runIf(linux)("ends what takes too long, and everything when it is closed", async () => {
    const { args, config, grandchild } = await hanging();
    const at = { path: folder.path };
    expect(await runner.run({ at, args, config, timeoutMs: 300 })).toMatchObject({ error: { code: "TIMED_OUT" } });
    expect(await isGone(await grandchild())).toBe(true);
    const running = runner.run({ at, args, config });
    runner.close();
    expect(await running).toMatchObject({ ok: false, error: { code: "CANCELLED" } });
  });

  it("starts nothing for a signal that was aborted before", async () => {
    const signal = AbortSignal.abort();
    const answer = await runner.run({ at: { path: folder.path }, args: ["init", "made"], signal });
    expect(answer).toMatchObject({ ok: false, error: { code: "CANCELLED" } });
    await expect(access(path.join(folder.path, "made"))).rejects.toThrow("ENOENT");
  });

  it("hands on nothing of the engine's environment but what git needs", async () => {
    const secretive = createGitRunner({ env: { ...scenarioEnvironment, API_KEY: "secret", GIT_DIR: "/elsewhere" } });
    const at = { path: folder.path };
    const told = unwrap(await secretive.run({ at, args: ["env"], config: ["alias.env=!env"] })).stdout.toString();
    expect(told).not.toContain("secret");
    expect(told).not.toContain("/elsewhere");
    expect(told).toContain("GIT_TERMINAL_PROMPT=0");
  });

  it("says when git is missing", async () => {
    const lost = createGitRunner({ env: { PATH: folder.path } });
    expect(await lost.run({ at: { path: folder.path }, args: ["version"] })).toMatchObject({
      error: { code: "UNAVAILABLE" },
    });
  });
});
