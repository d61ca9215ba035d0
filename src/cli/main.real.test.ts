import { spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problem, unwrap } from "../contract/errors.ts";
import { protocolVersion } from "../contract/procedures.ts";
import { writeAddress } from "../main/server/address.ts";
import { createCapabilities } from "../main/server/capabilities.ts";
import { createDoors, createListener, type Listener } from "../main/server/http.ts";
import { createToolDoor } from "../main/server/mcp.ts";
import { listenOnSocket, socketGate } from "../main/server/socket.ts";
import { createStand, own, sibling, type Stand } from "../main/server/test-stand.ts";

let home: string;
let stand: Stand;
let listener: Listener;
let ownToken: string;
let worktree: string;

beforeAll(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), "cox-cli-")));
  worktree = path.join(home, "worktrees", "fix-2");
  await mkdir(path.join(worktree, "deep"), { recursive: true });
  stand = createStand();
  stand.tell({
    type: "worktree.prepared",
    workstreamId: sibling,
    place: { branch: "cox/two", folder: "fix-2", path: worktree, base: "main" },
    ports: { first: 1, count: 1 },
  });
  const capabilities = createCapabilities({ clock: Date.now });
  unwrap(await capabilities.openHuman(home, stand.storage));
  ownToken = capabilities.mintForWorkstream(own);
  const tools = createToolDoor({ router: stand.router, version: "0", clock: Date.now });
  listener = createListener(socketGate, (_name, thrown) => stand.faults.push(thrown));
  const socket = path.join(home, "engine.sock");
  unwrap(await listenOnSocket(listener, socket));
  listener.open(createDoors({ router: stand.router, capabilities, assetsDir: home, tools }));
  await writeAddress(home, { pid: process.pid, protocol: protocolVersion, url: "http://127.0.0.1:1", socket });
});

afterAll(async () => {
  stand.close();
  await listener.close();
  await rm(home, { recursive: true });
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function cox(
  args: readonly string[],
  more: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {},
): Promise<Ran> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "main.ts"), ...args], {
    cwd: more.cwd ?? home,
    env: { PATH, COXSWAIN_HOME: home, ...more.env },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (err += data.toString()));
  child.stdin.end(more.input ?? "");
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}

/** What the fleet was asked last, without on whose behalf. */
function lastAsked(): { name: string | undefined; args: readonly unknown[] | undefined } {
  const last = stand.asked.at(-1);
  return { name: last?.name, args: last?.args.slice(0, -1) };
}

describe("cox", () => {
  it("lists the verbs, and explains each", async () => {
    const all = await cox([]);
    expect([all.code, all.out]).toEqual([0, expect.stringMatching(/\n {2}steer +Words for/)]);
    const one = await cox(["help", "answer"]);
    expect(one.out).toContain("cox answer [WORKSTREAM] ANSWER [--json]");
    const data = JSON.parse((await cox(["help", "--json"])).out) as unknown;
    expect(data).toContainEqual(expect.objectContaining({ name: "steer", positional: ["text"] }));
    const steer = JSON.parse((await cox(["help", "steer", "--json"])).out) as unknown;
    expect(steer).toMatchObject({ name: "steer", arguments: { properties: { text: { type: "string" } } } });
    expect(await cox(["help", "--colour"])).toMatchObject({ code: 2, out: "" });
  });

  it("says which version it is", async () => {
    expect(await cox(["--version"])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it("prints the answer and nothing else, or the same as JSON", async () => {
    const text = await cox(["list"]);
    expect([text.code, text.err, text.out.trimEnd().split("\n").length]).toEqual([0, "", 2]);
    const json = JSON.parse((await cox(["list", "--json"])).out) as unknown;
    expect(json).toMatchObject([{ id: own }, { id: sibling }]);
  });

  it("starts work, from words, from standard input, and several times over", async () => {
    const one = JSON.parse((await cox(["start", "--json", "mend it"])).out) as unknown;
    expect(one).toEqual({ id: "w00000010", branch: "cox/w00000010/fix", worktree: "/worktrees/fix-10" });
    const two = JSON.parse((await cox(["start", "-", "--attempts", "2", "--json"], { input: "a long text\n" })).out);
    expect(two).toHaveLength(2);
    expect(lastAsked()).toMatchObject({ name: "start", args: [{ text: "a long text", attempts: 2 }] });
    expect(stand.records.at(-1)).toMatchObject({ surface: "cli", outcome: "ok" });
  });

  it("opens a repository by a path from here", async () => {
    const told = await cox(["open", "deep"], { cwd: worktree });
    expect([told.code, told.out.split("\n")[0]]).toEqual([0, "demo: /demo, on main"]);
    expect(lastAsked()).toEqual({ name: "openProject", args: [path.join(worktree, "deep")] });
  });

  it("takes a workstream by number, id and the beginning of its name, before the other words", async () => {
    for (const named of ["2", "#2", sibling, "fix-thing-2"]) {
      await cox(["steer", named, "go left"]);
      expect(lastAsked()).toMatchObject({ name: "steer", args: [sibling, "go left", "now"] });
    }
    const unclear = await cox(["steer", "fix", "go left"]);
    expect([unclear.code, unclear.err]).toEqual([1, expect.stringContaining("#1 fix-thing-1, #2 fix-thing-2")]);
  });

  it("implies the workstream inside its worktree", async () => {
    await cox(["steer", "go right"], { cwd: path.join(worktree, "deep") });
    expect(lastAsked()).toMatchObject({ name: "steer", args: [sibling, "go right", "now"] });
    await cox(["stop"], { cwd: worktree });
    expect(lastAsked()).toMatchObject({ name: "stop", args: [sibling, undefined] });
    const outside = await cox(["stop"]);
    expect([outside.code, outside.err]).toEqual([2, expect.stringContaining("not said which workstream")]);
  });

  it("answers what is asked in the words that were offered", async () => {
    expect((await cox(["answer", "1", "maybe"])).err).toContain("Answer accept, decline.");
    await cox(["answer", "1", "decline", "--reason", "too much"]);
    expect(lastAsked()).toMatchObject({
      name: "answer",
      args: [own, "r00000001", { kind: "decline", reason: "too much" }],
    });
  });

  it("with a workstream's capability is about that workstream, and can do no more than it", async () => {
    const env = { COXSWAIN_CAPABILITY: ownToken };
    expect((await cox(["note", "found it"], { env, cwd: worktree })).out).toBe("Noted.\n");
    expect(lastAsked()).toMatchObject({ name: "note", args: [own, "found it"] });
    expect((await cox(["status"], { env: { ...env, COXSWAIN_WORKSTREAM: own } })).out).toMatch(/^#1 fix-thing-1/);
    const before = stand.asked.length;
    const attempts = [["show", sibling], ["diff", sibling], ["stop", sibling], ["answer", own, "accept"], ["list"]];
    for (const args of attempts) {
      const { code, err } = await cox(args, { env });
      expect([args, code, err.split("\n").length]).toEqual([args, 1, 3]);
    }
    expect(stand.asked).toHaveLength(before);
  });

  it("says what is wrong and what to do next, with a code for scripts", async () => {
    expect(await cox(["fly"])).toMatchObject({ code: 2, err: expect.stringContaining("cox help") });
    expect(await cox(["steer", "1", "two", "words"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("quotes"),
    });
    expect(await cox(["steer"])).toMatchObject({ code: 2, err: expect.stringContaining("text is missing") });
    expect(await cox(["list", "--colour"])).toMatchObject({ code: 2 });
    expect(await cox(["transcript", "1", "--lines", "many"])).toMatchObject({ code: 2 });
    const key = await cox(["start", "x", "--key", "short"]);
    expect(key).toMatchObject({ code: 2, err: expect.stringContaining("8 to 100 characters") });
    expect(await cox(["show", "9"])).toMatchObject({ code: 1, err: expect.stringContaining("cox list") });
    const json = await cox(["show", "9", "--json"]);
    expect(JSON.parse(json.err)).toMatchObject({ code: "NOT_FOUND", next: expect.any(String) });
    const wrong = await cox(["list"], { env: { COXSWAIN_CAPABILITY: "A".repeat(43) } });
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining("opens nothing") });
  });

  it("keeps a secret from standard input, lists it by name, and takes a value from nowhere else", async () => {
    const set = await cox(["secret", "--set", "OPENAI_API_KEY"], { input: "s3cret-value\n" });
    expect([set.code, set.out, set.err]).toEqual([0, expect.stringContaining("OPENAI_API_KEY is kept"), ""]);
    const listed = await cox(["secret"]);
    expect(listed.out).toContain("OPENAI_API_KEY  keychain\n");
    expect(await cox(["secret", "--remove", "OPENAI_API_KEY"])).toMatchObject({ code: 0 });
    expect((await cox(["secret"])).out).not.toContain("OPENAI_API_KEY");

    for (const args of [
      ["--set", "OPENAI_API_KEY", "s3cret-value"],
      ["--set", "OPENAI_API_KEY", "--value", "s3cret-value"],
    ]) {
      expect(await cox(["secret", ...args])).toMatchObject({ code: 2 });
    }
    const empty = await cox(["secret", "--set", "OPENAI_API_KEY"], { input: "\n" });
    expect([empty.code, empty.err]).toEqual([2, expect.stringContaining("must not be empty")]);
    expect(JSON.stringify([stand.records, stand.asked, set, listed])).not.toContain("s3cret-value");
  });

  it("installs an agent, telling beside the answer how that goes, and why it could not", async () => {
    const done = await cox(["doctor", "--install", "codex"]);
    expect([done.code, done.err]).toEqual([0, "fetching\nInstalled codex 1.2.3: /agents/codex\n"]);
    expect(done.out).toMatch(/^ok       engine/);
    stand.refuseInstalls(problem("UNAVAILABLE", "npm could not be run.", "Install Node.js with npm."));
    const refused = await cox(["doctor", "--install", "codex"]);
    expect([refused.code, refused.out, refused.err]).toEqual([
      1,
      "",
      "fetching\nnpm could not be run.\nInstall Node.js with npm.\n",
    ]);
    expect(await cox(["doctor", "--install", "emacs"])).toMatchObject({ code: 2 });
  });

  it("says that no engine runs, whether it never did or died", async () => {
    expect(await cox(["list"], { env: { COXSWAIN_HOME: path.join(home, "none") } })).toMatchObject({ code: 3 });
    const dead = path.join(home, "dead");
    await mkdir(dead);
    await writeAddress(dead, {
      pid: 1,
      protocol: protocolVersion,
      url: "http://127.0.0.1:1",
      socket: path.join(dead, "engine.sock"),
    });
    const env = { COXSWAIN_HOME: dead, COXSWAIN_CAPABILITY: ownToken };
    expect(await cox(["list"], { env })).toMatchObject({ code: 3, err: expect.stringContaining("npm start") });
  });
});
