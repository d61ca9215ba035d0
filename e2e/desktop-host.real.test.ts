import { EventEmitter } from "node:events";
import { mkdir, readdir, readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker, type MessagePort } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HostWord } from "../src/contract/host.ts";
import type { Client } from "../src/contract/procedures.ts";
import { startBackgroundServer } from "../src/main/electron/background-server.ts";
import { createFakeElectron } from "../src/main/electron/fake-electron.ts";
import type { ElectronParts, EngineChild, TransferPort } from "../src/main/electron/parts.ts";
import { startDesktop } from "../src/main/electron/start-desktop.ts";
import { clientOf, processesOf, startEngineProcess } from "./engine-process.ts";
import { makeRepository, scenarioEnvironment, temporaryFolder } from "./scenarios/repositories.ts";

const cache = fileURLToPath(new URL("../.cache/", import.meta.url));
const hosted = new URL("parent-port.ts", import.meta.url);
const server = fileURLToPath(new URL("../src/main/server/main.ts", import.meta.url));
const environment = { ...process.env, ...scenarioEnvironment, COXSWAIN_CODEX: "/nowhere/codex", NODE_NO_WARNINGS: "1" };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: string;
let repository: string;
let workers: Worker[];

beforeEach(async () => {
  await mkdir(cache, { recursive: true });
  folder = await temporaryFolder(cache);
  home = path.join(await realpath(folder.path), "home");
  await mkdir(home, { mode: 0o700 });
  repository = await makeRepository(path.join(folder.path, "repository"));
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) await worker.terminate();
  for (const { pid } of await processesOf(home)) process.kill(pid, "SIGKILL");
  await folder.remove();
});

/** A worker with the real engine in it, as the desktop host sees a utility process. */
function fork(args: readonly string[], pace: "instant" | "lively"): EngineChild {
  const worker = new Worker(hosted, {
    argv: [...args],
    env: { ...environment, COXSWAIN_PACE: pace },
    stderr: true,
  });
  workers.push(worker);
  const child = Object.assign(new EventEmitter(), {
    pid: 1,
    stderr: worker.stderr,
    postMessage: (word: HostWord, ports: TransferPort[] = []) =>
      worker.postMessage({ data: word, ports }, ports as unknown as MessagePort[]),
  });
  worker.on("message", (word) => child.emit("message", word));
  worker.on("exit", (code) => child.emit("exit", code));
  return child;
}

/** The real desktop host with real engines, over the double of Electron. */
async function desktop({ pace = "instant" }: { pace?: "instant" | "lively" } = {}) {
  const fake = createFakeElectron();
  const electron: ElectronParts = {
    ...fake.electron,
    utilityProcess: { fork: (_file, given) => fork(given, pace) },
  };
  startDesktop(electron, {
    profile: path.join(home, "window"),
    renderer: "/nowhere",
    preload: "/nowhere",
    engine: { file: server, args: ["--home", home, "--repo", repository] },
    handOver: {},
    platform: "linux",
    windowState: { read: () => undefined, write: () => {} },
    secrets: path.join(home, "secrets.json"),
    startBackground: (secrets) =>
      startBackgroundServer({
        program: process.execPath,
        args: [server, "--home", home, "--json"],
        env: { ...environment, ...secrets, COXSWAIN_PACE: pace },
        said: path.join(home, "logs", "background-server.log"),
        within: 30_000,
      }),
    onSignal: () => {},
    clock: () => performance.now(),
    kill: () => void workers.at(-1)?.terminate(),
    echo: () => {},
    fetch,
  });
  const { seen } = fake;
  await vi.waitFor(() => expect(seen.windows).toHaveLength(1));
  return {
    ...fake,
    /** A client over a port that the host relays, as the page has one. */
    connect(): Client {
      const given: TransferPort[] = [];
      const senderFrame = {
        origin: "app://coxswain",
        parent: null,
        postMessage: (_channel: string, _message: unknown, ports: TransferPort[] = []) => given.push(...ports),
      };
      fake.electron.ipcMain.emit("cox:connect", { sender: { id: seen.windows[0]?.webContents.id }, senderFrame });
      const [port] = given as unknown as MessagePort[];
      if (port === undefined) throw new Error("The host gave no port.");
      port.start();
      return createORPCClient<Client>(new RPCLink({ port }));
    },
    over: () => vi.waitFor(() => expect(seen.log.at(-1)).toBe("over"), { timeout: 40_000 }),
  };
}

async function play(client: Client, scenario: string): Promise<string> {
  const project = await client.project.open({ path: repository });
  const text = `Play ${scenario}`;
  const [row] = await client.workstream.start({
    projectId: project.id,
    text,
    agent: "scripted",
    model: `scripted-${scenario}`,
  });
  if (row === undefined) throw new Error("Nothing was started.");
  await vi.waitFor(
    async () => {
      const { workstream } = await client.workstream.show({ workstreamId: row.id });
      expect(workstream.turn?.status).toMatch(/running|completed/);
    },
    { timeout: 30_000 },
  );
  return row.id;
}

/** As the buttons stand in the dialog. */
const answers = { wait: 0, stop: 1, leave: 2 } as const;

async function quitWith(host: Awaited<ReturnType<typeof desktop>>, answer: keyof typeof answers): Promise<void> {
  await vi.waitFor(() => expect(host.seen.trays[0]?.tip).toContain("1 working"), { timeout: 20_000 });
  host.electron.app.quit();
  expect(host.seen.dialogs).toHaveLength(1);
  host.seen.dialogs[0]?.answer(answers[answer]);
}

test("tells outside the window what an agent asks, and takes it back when it is answered", async () => {
  const host = await desktop();
  const client = host.connect();
  const id = await play(client, "approve");
  await vi.waitFor(() => expect(host.seen.notifications).toHaveLength(1), { timeout: 20_000 });
  expect(host.seen.notifications[0]?.words.title).toMatch(/^#1 .* asks for an approval$/);
  expect(host.seen.trays[0]?.tip).toContain("1 blocking");

  const [request] = Object.values((await client.workstream.show({ workstreamId: id })).requests);
  await client.workstream.answer({ workstreamId: id, requestId: request?.id ?? "", decision: { kind: "accept" } });
  await vi.waitFor(() => expect(host.seen.notifications[0]?.isShown).toBe(false), { timeout: 20_000 });
  await vi.waitFor(() => expect(host.seen.trays[0]?.tip).toContain("Nothing is working"), { timeout: 20_000 });
  host.electron.app.quit();
  await host.over();
});

test("leaves working agents to a real server, which goes on with them, and to which the next start attaches", async () => {
  const host = await desktop({ pace: "lively" });
  const id = await play(host.connect(), "long");
  await quitWith(host, "leave");
  await host.over();
  expect(host.seen.dialogs).toHaveLength(1);

  const address = JSON.parse(await readFile(path.join(home, "engine.json"), "utf8")) as { pid: number; url: string };
  expect(address.pid).not.toBe(process.pid);
  const token = (await readFile(path.join(home, "capability"), "utf8")).trim();
  const client = clientOf(address.url, token);
  await vi.waitFor(
    async () => {
      const { workstream } = await client.workstream.show({ workstreamId: id });
      expect(workstream).toMatchObject({ phase: "working", turn: { status: "running", cause: "recovery" } });
    },
    { timeout: 30_000, interval: 200 },
  );

  const next = await desktop();
  await vi.waitFor(() => expect(next.seen.windows[0]?.url).toBe(`${address.url}/#token=${token}`), { timeout: 20_000 });
  await vi.waitFor(() => expect(next.seen.trays[0]?.tip).toContain("1 working"), { timeout: 20_000 });
  next.electron.app.quit();
  await next.over();
  // The server stays, and ends like any other.
  process.kill(address.pid, "SIGTERM");
  await vi.waitFor(async () => expect(await processesOf(home)).toEqual([]), { timeout: 20_000, interval: 200 });
});

test("stops working agents on record, to be taken up again", async () => {
  const host = await desktop({ pace: "lively" });
  const id = await play(host.connect(), "long");
  await quitWith(host, "stop");
  await host.over();

  const later = await startEngineProcess(home, []);
  const { workstream } = await later.client.workstream.show({ workstreamId: id });
  expect(workstream).toMatchObject({ phase: "stopped", reason: expect.stringContaining("Coxswain was quit.") });
  await later.client.workstream.retry({ workstreamId: id });
  await vi.waitFor(
    async () => expect((await later.client.workstream.show({ workstreamId: id })).workstream.phase).toBe("working"),
    { timeout: 20_000, interval: 200 },
  );
  later.kill("SIGTERM");
  await later.gone;
});

test("waits for working agents, and quits when the last of them is done", async () => {
  const host = await desktop({ pace: "lively" });
  const id = await play(host.connect(), "happy");
  await quitWith(host, "wait");
  await vi.waitFor(() => expect(host.seen.log).toContain("will quit"), { timeout: 110_000, interval: 200 });
  await host.over();
  const later = await startEngineProcess(home, []);
  expect((await later.client.workstream.show({ workstreamId: id })).workstream.phase).toBe("ready");
  later.kill("SIGTERM");
  await later.gone;
});

test("shows another program's engine, and starts one of its own when that ends", async () => {
  const other = await startEngineProcess(home, ["--repo", repository]);
  const host = await desktop();
  await vi.waitFor(() => expect(host.seen.windows[0]?.url).toContain(other.url), { timeout: 20_000 });
  other.kill("SIGTERM");
  await other.gone;
  await vi.waitFor(() => expect(host.seen.windows[0]?.url).toBe("app://coxswain/"), { timeout: 30_000 });
  await vi.waitFor(() => expect(host.seen.trays[0]?.tip).toBe("Coxswain · Nothing blocks · Nothing is working"), {
    timeout: 20_000,
  });
  expect(await host.connect().project.list()).toMatchObject([{ root: repository }]);
  host.electron.app.quit();
  await host.over();
});

test("starts an engine that crashed again, and the page goes on over a fresh port", async () => {
  const host = await desktop();
  expect(await host.connect().engine.hello()).toMatchObject({ principal: { kind: "human" } });
  await workers[0]?.terminate();
  await vi.waitFor(() => expect(workers).toHaveLength(2));
  expect(host.seen.windows[0]?.webContents.sent.at(-1)?.news).toMatchObject({
    notice: { text: expect.stringContaining("is being started again") },
  });
  const again = host.connect();
  await vi.waitFor(async () => expect(await again.project.list()).toMatchObject([{ root: repository }]), {
    timeout: 20_000,
  });
  await vi.waitFor(
    () => expect(host.seen.windows[0]?.webContents.sent.at(-1)?.news).toEqual({ kind: "notice", notice: null }),
    { timeout: 20_000 },
  );
  host.electron.app.quit();
  await host.over();
});

test("keeps a secret in the keychain and nowhere else, whatever else the home keeps", async () => {
  const host = await desktop();
  const client = host.connect();
  await client.secret.set({ name: "OPENAI_API_KEY", value: "sk-nobody-may-read-this" });
  expect((await client.secret.list()).secrets).toContainEqual({
    name: "OPENAI_API_KEY",
    from: "keychain",
    readable: true,
  });
  await expect(client.secret.set({ name: "not a name", value: "sk-nobody-may-read-this" })).rejects.toThrow();
  host.electron.app.quit();
  await host.over();

  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(path.join(entry.parentPath, entry.name));
    expect(bytes.includes("sk-nobody-may-read-this"), entry.name).toBe(false);
  }
});
