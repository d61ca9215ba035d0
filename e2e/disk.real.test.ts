import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { isDefinedError, safe } from "@orpc/client";
import { moments, nameOf, type Blow } from "./chaos/moments.ts";
import { expectedEnds, type Ends } from "./chaos/proof.ts";
import { makePlace, mortalEngines, run, type Run } from "./chaos/run.ts";
import { processesOf, startEngineProcess, type EngineProcess } from "./engine-process.ts";
import { makeSmallDisk, missingForDisks, type SmallDisk } from "./faults/small-disk.ts";
import { temporaryFolder } from "./scenarios/repositories.ts";
import { unwrap } from "../src/contract/errors.ts";
import { openStorage } from "../src/main/storage/open-storage.ts";

const missing = await missingForDisks();
/** How long the disk stays full, in milliseconds. */
const fullFor = 1_500;

let folder: { path: string; remove: () => Promise<void> };
let undisturbed: Ends;
const engines: EngineProcess[] = [];
const disks: SmallDisk[] = [];

beforeAll(async () => {
  const cache = fileURLToPath(new URL("../.cache/", import.meta.url));
  await mkdir(cache, { recursive: true });
  folder = await temporaryFolder(cache);
  if (missing !== undefined) return;
  const place = path.join(folder.path, "undisturbed");
  await makePlace(place, "ask");
  const strike = () => expect.unreachable();
  ({ ends: undisturbed } = await run({ folder: place, blows: [], startEngine: mortalEngines(engines), strike }));
}, 120_000);
beforeEach(({ skip }) => skip(missing !== undefined, missing));
afterEach(async () => {
  for (const engine of engines.splice(0)) {
    engine.kill("SIGKILL");
    await engine.gone;
  }
  for (const disk of disks.splice(0)) await disk.close();
});
afterAll(() => folder.remove());

async function smallPlace(name: string): Promise<SmallDisk> {
  const place = path.join(folder.path, name);
  await mkdir(place, { mode: 0o700 });
  const disk = await makeSmallDisk(place);
  disks.push(disk);
  return disk;
}

interface Said {
  readonly accepted: string[];
  readonly refused: { readonly code: string; readonly next: string }[];
}

/** Asks for things until `over`, and remembers what was promised and what was refused. */
async function keepAsking(engine: EngineProcess, said: Said, over: () => boolean): Promise<void> {
  for (let nth = 0; !over(); nth += 1) {
    const [row] = await engine.client.workstream.list().catch(() => []);
    if (row === undefined) return;
    const text = `${row.id} note ${nth}`;
    const { error, isSuccess } = await safe(engine.client.workstream.note({ workstreamId: row.id, text }));
    if (isSuccess) said.accepted.push(text);
    else if (isDefinedError(error)) said.refused.push({ code: error.code, next: error.data.next });
    await sleep(50);
  }
}

describe("a full disk under the database, the worktrees and the repository", () => {
  it.each([
    ["nothing left", 0, false, ["queued", "streaming", "turn ended"]],
    ["some blocks left", 12_000, false, ["set-up hook", "running a command", "committing"]],
    ["more blocks left, and the engine killed meanwhile", 80_000, true, ["opening", "question waiting", "judged"]],
  ] as const)(
    "with %s, refuses what it cannot keep, keeps what it promised, and goes on by itself",
    async (name, leave, kills, chosen) => {
      const disk = await smallPlace(name.replaceAll(/\W+/g, "-"));
      const said: Said = { accepted: [], refused: [] };
      const start: Run["startEngine"] = async (home, args) => {
        const engine = await startEngineProcess(home, args, { enter: disk.enter });
        engines.push(engine);
        return engine;
      };
      const blows = chosen.map((moment): Blow => {
        const found = moments.find((each) => each.name === moment);
        if (found === undefined) throw new Error(`no moment ${moment}`);
        return { moment: found, nth: 1, victim: "engine", delay: 0, chance: 0 };
      });
      await makePlaceInside(disk);
      const { ends } = await run({
        folder: disk.folder,
        blows,
        startEngine: start,
        async strike(engine, home, blow) {
          await disk.fill(leave);
          let over = false;
          const asking = keepAsking(engine, said, () => over);
          await sleep(fullFor);
          over = true;
          if (kills) {
            engine.kill("SIGKILL");
            await engine.gone;
            await expectToldOrStarted(start(home, []));
          }
          await disk.free();
          // What was asked before anybody knew of the full disk was held, and is answered only now.
          await asking;
          return { struck: nameOf(blow), endsEngine: kills };
        },
        beforeProof: () => disk.copyOut(),
      });
      expect(withRedirected(ends)).toEqual(expectedEnds(undisturbed, ends));
      expect(said.refused.length, "something was refused").toBeGreaterThan(0);
      for (const { code, next } of said.refused) {
        expect(["DISK_FULL", "UNAVAILABLE"]).toContain(code);
        expect(next).not.toBe("");
      }
      expect(await notesOf(disk.folder)).toEqual(expect.arrayContaining(said.accepted));
    },
    180_000,
  );
});

/**
 * The command that `approve` asks for writes by a shell's redirection, which leaves an empty file on a full disk. That is its
 * author's loss and its author commits it: no engine can know what it would have held.
 */
function withRedirected(ends: Ends): Ends {
  const [emptied, written] = ["e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "c38963c808fdfc4d0a26e038102b02e21f70a62b"];
  const name = "scripted-permission.txt";
  return Object.fromEntries(
    Object.entries(ends).map(([title, end]) => [
      title,
      { ...end, tree: end.tree.replace(`${emptied}\t${name}`, `${written}\t${name}`) },
    ]),
  );
}

describe("a disk that fails under the database", () => {
  it("refuses what it cannot keep, and after it was mended has what it promised", async () => {
    const disk = await smallPlace("failing");
    await makePlaceInside(disk);
    const home = path.join(disk.folder, "home");
    const start = (args: readonly string[]) => startEngineProcess(home, args, { enter: disk.enter });
    const engine = await start(["--repo", path.join(disk.folder, "repository")]);
    engines.push(engine);
    await engine.client.workstream.start({ text: "Play", agent: "scripted", model: "scripted-happy", attempts: 1 });
    await vi.waitFor(
      async () => expect(await engine.client.workstream.list()).toMatchObject([{ phase: "ready" }]),
      30_000,
    );
    const said: Said = { accepted: [], refused: [] };
    let over = false;
    const asking = keepAsking(engine, said, () => over);
    await sleep(300);
    await disk.fail();
    // More than what the file system still had at hand.
    await vi.waitFor(() => expect(said.refused.length).toBeGreaterThan(3), 60_000);
    over = true;
    engine.kill("SIGKILL");
    await Promise.all([engine.gone, asking]);
    await vi.waitFor(async () => expect(await processesOf(home)).toEqual([]), 10_000);
    await disk.reboot();
    expect(said.accepted.length).toBeGreaterThan(0);
    for (const { code, next } of said.refused) {
      expect(["DISK_FULL", "UNAVAILABLE"]).toContain(code);
      expect(next).not.toBe("");
    }
    const again = await start([]);
    engines.push(again);
    expect(await again.client.workstream.list()).toMatchObject([{ phase: "ready" }]);
    again.kill("SIGTERM");
    await again.gone;
    await disk.copyOut();
    expect(await notesOf(disk.folder)).toEqual(expect.arrayContaining(said.accepted));
  }, 120_000);
});

describe("a home that cannot be written to", () => {
  it("refuses the start with what is wrong and what to do", async () => {
    const disk = await smallPlace("read-only");
    await makePlaceInside(disk);
    const home = path.join(disk.folder, "home");
    const engine = await startEngineProcess(home, [], { enter: disk.enter });
    engine.kill("SIGTERM");
    await engine.gone;
    await disk.forbidWriting();
    await expect(startEngineProcess(home, [], { enter: disk.enter })).rejects.toThrow(
      /read-only|written|writ(e|able|ing)/i,
    );
  }, 60_000);
});

/** On a disk that is still full an engine starts, or says why not and what to do. */
async function expectToldOrStarted(starting: Promise<EngineProcess>): Promise<void> {
  const engine = await starting.catch((why: unknown) => {
    expect(String(why)).toMatch(/disk|space|written/i);
    return undefined;
  });
  engine?.kill("SIGKILL");
  await engine?.gone;
}

/** Made outside, and moved in: the test's own git stays outside. */
async function makePlaceInside(disk: SmallDisk): Promise<void> {
  await makePlace(disk.folder, "ask", 1_000);
  await disk.moveIn();
}

async function notesOf(place: string): Promise<string[]> {
  const worker = new URL("../src/main/storage/worker.ts", import.meta.url);
  const file = path.join(place, "home", "coxswain.db");
  const storage = unwrap(await openStorage({ file, worker, onProblem: () => undefined }));
  const { state } = unwrap(await storage.load());
  const all = await Promise.all(Object.keys(state.workstreams).map((id) => storage.planAndNotes(id)));
  await storage.close();
  return all.flatMap((one) => unwrap(one).notes.map(({ text }) => text));
}
