import { mkdir, readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unwrap } from "../src/contract/errors.ts";
import type { FleetState, Workstream } from "../src/contract/states.ts";
import { findPrograms } from "../src/main/programs.ts";
import { serveEngine, type Served } from "../src/main/server/serve-engine.ts";
import { clientOf } from "./engine-process.ts";
import { human } from "./engine-stand.ts";
import { modelCatalog, slugOf } from "./model/catalog.ts";
import { startModelServer, type ModelServer } from "./model/server.ts";
import { realCodex } from "./real-codex.ts";
import { git, makeRepository, manyFiles, scenarioEnvironment, temporaryFolder } from "./scenarios/repositories.ts";

const codex = await realCodex();

/** The whole product but its window: engine, doors and tools, with the real, sandboxed Codex and a scripted model behind it. */
describe.skipIf("skip" in codex)("the fleet on real Codex", () => {
  let folder: { path: string; remove: () => Promise<void> };
  let model: ModelServer;
  let served: Served;
  let repository: string;
  let home: string;

  beforeAll(async () => {
    const cache = fileURLToPath(new URL("../.cache/", import.meta.url));
    await mkdir(cache, { recursive: true });
    folder = await temporaryFolder(cache);
    home = path.join(folder.path, "home");
    await mkdir(home, { mode: 0o700 });
    repository = await makeRepository(path.join(folder.path, "repository"), manyFiles(5_000));
    model = await startModelServer();
    served = unwrap(
      await serveEngine({
        engine: {
          home,
          programs: findPrograms(new URL("../src/main/engine.ts", import.meta.url).href),
          env: { ...process.env, ...scenarioEnvironment },
          scripted: { pace: "instant", seed: 1 },
          codex: {
            program: "bin" in codex ? codex.bin : "",
            provider: { name: "Scripted", baseUrl: model.baseUrl, model: slugOf("happy"), catalog: modelCatalog() },
          },
          log: (message, cause) => console.log(message, cause),
          onBroken: (why) => console.error(why),
        },
        socket: path.join(home, "engine.sock"),
        port: 0,
        version: "test",
      }),
    );
    unwrap(await served.engine.fleet.openProject(repository, human));
  }, 120_000);

  afterAll(async () => {
    await served.close();
    await model.close();
    await folder.remove();
  }, 60_000);

  async function start(script: string, text = `Play ${script}`): Promise<Workstream> {
    const input = { text, agent: "codex", model: slugOf(script), attempts: 1 };
    const [row] = unwrap(await served.engine.fleet.start(input, human));
    if (row === undefined) throw new Error("nothing was started");
    return row;
  }

  function until(what: string, holds: (state: FleetState) => boolean, seconds = 60): Promise<FleetState> {
    const { journal } = served.engine;
    return new Promise((resolve, reject) => {
      const look = () => {
        const { state } = journal.published();
        if (!holds(state)) return;
        clearTimeout(timer);
        stop();
        resolve(state);
      };
      const stop = journal.subscribe(look);
      const timer = setTimeout(() => {
        stop();
        const rows = Object.values(journal.state().workstreams).map((row) => [
          row.phase,
          row.reason,
          row.turn,
          row.line,
        ]);
        reject(new Error(`${what} did not come about: ${JSON.stringify(rows)}`));
      }, seconds * 1_000);
      look();
    });
  }

  const inPhase = (id: string, phase: string) => (state: FleetState) => state.workstreams[id]?.phase === phase;

  it("carries fifteen workstreams on 5,000 files to a commit each, and touches nothing else", async () => {
    const before = (await git(repository, "rev-parse", "HEAD")).trim();
    const rows: Workstream[] = [];
    for (let nth = 0; nth < 15; nth += 1) rows.push(await start("happy"));
    const { workstreams } = await until(
      "all ready",
      (state) => rows.every(({ id }) => inPhase(id, "ready")(state)),
      240,
    );
    for (const { id } of rows) {
      const row = workstreams[id];
      expect(row).toMatchObject({
        confinement: "workspace-write",
        turns: 1,
        diff: { commits: 1, files: 1, dirty: false },
      });
      const branch = row?.place.branch ?? "";
      expect((await git(repository, "rev-list", "--count", `main..${branch}`)).trim()).toBe("1");
      expect((await git(repository, "diff", "--name-only", `main...${branch}`)).trim()).toMatch(/^greeting-\w+\.txt$/);
      expect(row?.spent.tokens.total).toBeGreaterThan(0);
    }
    expect((await git(repository, "rev-parse", "HEAD")).trim()).toBe(before);
    expect(await git(repository, "status", "--porcelain")).toBe("");
    expect(model.unexpected).toEqual([]);
  }, 300_000);

  it("serves a verb as a tool of the author's, without giving its commands the network", async () => {
    const { id } = await start("tool");
    // It commits nothing, so it ends by asking the human.
    await until("the turn's end", (state) => state.workstreams[id]?.turn?.status === "completed");
    const { items } = unwrap(await served.engine.storage.items(id, undefined, 50));
    const call = items.map((item) => item.body).find((body) => body.kind === "tool");
    expect(call).toMatchObject({ tool: expect.stringContaining("status"), status: "completed" });
    expect(JSON.stringify(call)).toContain(served.engine.journal.state().workstreams[id]?.name);
  }, 120_000);

  it("asks the human before a command leaves the sandbox, and tells the author the answer", async () => {
    const target = path.join(folder.path, "outside.txt");
    const { id } = await start("approve", `Write outside\n\n\`\`\`\necho hello > ${target}\n\`\`\``);
    const asking = await until("a request", (state) => Object.keys(state.requests).length > 0);
    const [request] = Object.values(asking.requests);
    expect(request?.body).toMatchObject({ kind: "command", command: expect.stringContaining(target) });
    unwrap(
      await served.engine.fleet.answer(
        id,
        request?.id ?? "",
        { kind: "decline", reason: "Stay in your worktree." },
        human,
      ),
    );
    await until("the turn's end", (state) => state.workstreams[id]?.turn?.status === "completed");
    await expect(readFile(target)).rejects.toThrow();
  }, 120_000);

  it("takes an author up again after its process was killed, with its tools", async () => {
    const marker = `marker-${Date.now()}`;
    const { id } = await start("slow", `Wait long\n\n\`\`\`\n${marker}\n\`\`\``);
    await until("the command", (state) => state.workstreams[id]?.line.startsWith("$ ") === true);
    for (const pid of await codexProcesses(home)) process.kill(pid, "SIGKILL");
    const state = await until(
      "a second turn",
      (now) => now.workstreams[id]?.turn?.cause === "recovery" && now.workstreams[id]?.turn?.status === "running",
    );
    expect(state.workstreams[id]?.threadId).toBe(served.engine.journal.state().workstreams[id]?.threadId);
    unwrap(await served.engine.fleet.stop(id, undefined, human));
    await until("the turn's end", (now) => now.workstreams[id]?.turn?.status === "interrupted");
    expect(await commandLines()).not.toContainEqual(expect.stringContaining(`: ${marker};`));
  }, 120_000);

  it("gives an author's capability no more than its own workstream, whoever presents it and from wherever", async () => {
    const sibling = await start("happy");
    const mine = await start("run", "Show it\n\n```\necho $COXSWAIN_CAPABILITY > seen.txt; cat seen.txt\n```");
    const seen = await capabilityOf(mine.id);
    const client = clientOf(served.url, seen);
    await expect(client.workstream.show({ workstreamId: mine.id })).resolves.toMatchObject({
      workstream: { id: mine.id },
    });
    await expect(client.workstream.show({ workstreamId: sibling.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(client.workstream.stop({ workstreamId: sibling.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(client.workstream.stop({ workstreamId: mine.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(client.workstream.list({})).rejects.toMatchObject({ code: "FORBIDDEN" });
  }, 120_000);

  /** What the author's own commands find in their environment. */
  async function capabilityOf(id: string): Promise<string> {
    await until("the turn's end", (state) => state.workstreams[id]?.turn?.status === "completed");
    const { items } = unwrap(await served.engine.storage.items(id, undefined, 100));
    const path = served.engine.journal.state().workstreams[id]?.place.path ?? "";
    const found = (await readFile(`${path}/seen.txt`, "utf8")).trim();
    expect(found).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(items)).not.toContain(found);
    return found;
  }
});

async function codexProcesses(home: string): Promise<number[]> {
  const found: number[] = [];
  for (const [pid, line] of await processTable()) {
    if (!line.includes("app-server") || !line.includes("codex")) continue;
    const environ = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (environ.includes(`CODEX_HOME=${home}`)) found.push(pid);
  }
  return found;
}

async function commandLines(): Promise<string[]> {
  return (await processTable()).map(([, line]) => line);
}

async function processTable(): Promise<[pid: number, line: string][]> {
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return pids.map((pid, index) => [pid, (lines[index] ?? "").replaceAll("\0", " ")]);
}
