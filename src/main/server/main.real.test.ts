import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { MessageChannel } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Client } from "../../contract/procedures.ts";
import { servePort } from "./serve-port.ts";
import { createStand } from "./test-stand.ts";

let home: string;
let repository: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), "cox-main-")));
  repository = path.join(home, "repository");
  await mkdir(repository);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: repository });
  git("init", "-q", "-b", "main");
  git("commit", "-q", "--allow-empty", "-m", "first");
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await new Promise((resolve) => child.on("exit", resolve));
  }
  await rm(home, { recursive: true });
});

const announced = z.strictObject({ url: z.url(), token: z.string().length(43), pid: z.number() });

interface Running {
  readonly child: ChildProcess;
  /** The first line it prints. */
  readonly line: Promise<string>;
  readonly exit: Promise<number | null>;
  readonly err: () => string;
}

function start(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "main.ts"), "--home", home, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let out = "";
  let err = "";
  child.stderr.on("data", (data: Buffer) => (err += data.toString()));
  const line = new Promise<string>((resolve) => {
    child.stdout.on("data", (data: Buffer) => {
      out += data.toString();
      if (out.includes("\n")) resolve(out.slice(0, out.indexOf("\n")));
    });
    child.on("exit", () => resolve(out));
  });
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { child, line, exit, err: () => err };
}

async function ask(running: z.infer<typeof announced>, name: string): Promise<unknown> {
  const response = await fetch(`${running.url}/rpc/${name}`, {
    method: "POST",
    headers: { authorization: `Bearer ${running.token}`, "content-type": "application/json" },
    body: "{}",
  });
  return response.json();
}

const parse = (line: string) => announced.parse(JSON.parse(line));

describe("the server host", () => {
  it("says in one line where it is, opens the project, and ends leaving nothing but the home's own files", async () => {
    const running = start("--json", "--repo", repository);
    const address = parse(await running.line);
    expect(await ask(address, "project/list")).toMatchObject({ json: [{ root: repository }] });
    running.child.kill("SIGTERM");
    expect(await running.exit).toBe(0);
    const left = await readdir(home);
    expect(left.filter((name) => /sock|engine\.json|journal/.test(name))).toEqual([]);
  });

  it("attaches to the engine that has the home, and takes over from one that was killed", async () => {
    const first = start("--json", "--repo", repository);
    const address = parse(await first.line);
    const other = path.join(home, "other");
    execFileSync("git", ["clone", "-q", repository, other]);
    const second = start("--json", "--repo", other);
    expect([parse(await second.line), await second.exit]).toEqual([address, 0]);
    expect(await ask(address, "project/list")).toMatchObject({ json: [{ root: repository }, { root: other }] });
    const refused = start("--json", "--repo", home);
    expect([parse(await refused.line), await refused.exit, refused.err()]).toEqual([
      address,
      0,
      expect.stringContaining("is not a git repository"),
    ]);
    first.child.kill("SIGKILL");
    await first.exit;
    const index = path.join(home, "tmp/git/index-left");
    await mkdir(index);
    const third = parse(await start("--json", "--repo", repository).line);
    expect([third.token, third.url, third.pid === address.pid]).toEqual([address.token, address.url, false]);
    expect(existsSync(index)).toBe(false);
  });

  it("takes a free port where the one it had last went to another program", async () => {
    const first = start("--json", "--repo", repository);
    const { url } = parse(await first.line);
    first.child.kill("SIGTERM");
    await first.exit;
    const squatter = createServer().listen(Number(new URL(url).port), "127.0.0.1");
    await once(squatter, "listening");
    try {
      const second = parse(await start("--json", "--repo", repository).line);
      expect(second.url).not.toBe(url);
      expect(await ask(second, "project/list")).toMatchObject({ json: [{ root: repository }] });
    } finally {
      squatter.close();
    }
  });

  it("refuses arguments that it does not know", async () => {
    const running = start("--prot", "1");
    expect([await running.exit, running.err()]).toEqual([1, expect.stringContaining("--port N")]);
    const far = start("--port", "99999");
    expect([await far.exit, await far.line, far.err()]).toEqual([
      1,
      "",
      "99999 is no port.\nGive --port a whole number up to 65535, or leave it out to get one that is free.\n",
    ]);
  });
});

describe("a port", () => {
  it("speaks for the human in the window, and is closed at the first nonsense", async () => {
    const stand = createStand();
    const { port1, port2 } = new MessageChannel();
    servePort(stand.router, port1);
    const client: Client = createORPCClient(new PortLink({ port: port2 }));
    port2.start();
    await client.workstream.interrupt({ workstreamId: "w00000001" });
    expect(stand.records[0]).toMatchObject({ surface: "window", actor: { kind: "human" } });
    await expect(client.workstream.show({ workstreamId: "w99999999" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const closed = new Promise((resolve) => port2.on("close", () => resolve("closed")));
    port2.postMessage({ i: "1" });
    expect(await closed).toBe("closed");
    stand.close();
  });
});
