import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { unwrap } from "../src/contract/errors.ts";
import type { Envelope, EventType } from "../src/contract/events.ts";
import type { FleetState } from "../src/contract/states.ts";
import { fold } from "../src/contract/fold.ts";
import { emptyFleetState } from "../src/contract/states.ts";
import { openStorage } from "../src/main/storage/open-storage.ts";
import { processesOf, startEngineProcess, type EngineProcess } from "./engine-process.ts";
import { git, makeRepository, temporaryFolder } from "./scenarios/repositories.ts";

/** Every one is played in each run. What they commit does not depend on when they are interrupted. */
const scenarios = ["happy", "approve", "ask", "flaky", "uncommitted", "slow"];

/** The moments at which something is killed: what has just been told when it happens. */
const moments: readonly EventType[] = [
  "workstream.created",
  "worktree.prepared",
  "thread.opened",
  "turn.opened",
  "turn.started",
  "line.told",
  "request.raised",
  "request.answered",
  "usage.counted",
  "turn.ended",
  "diff.measured",
  "gate.judged",
  "workstream.moved",
  "step.intended",
  "words.delivered",
];

type Victim = "engine" | "agent" | "both";
const victims: readonly Victim[] = ["engine", "agent", "both"];

/** mulberry32: small, seeded, good enough to choose by. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Blow {
  readonly moment: EventType;
  /** Strikes at the nth time the moment comes. */
  readonly nth: number;
  readonly victim: Victim;
}

interface Outcome {
  /** By scenario: the phase, and the tree its branch ends with. */
  readonly ends: Record<string, { phase: string; tree: string; dirty: boolean | undefined }>;
  readonly struck: number;
}

let folder: { path: string; remove: () => Promise<void> };
let undisturbed: Outcome;
const engines: EngineProcess[] = [];

async function startEngine(home: string, args: readonly string[]): Promise<EngineProcess> {
  const engine = await startEngineProcess(home, args);
  engines.push(engine);
  return engine;
}

beforeAll(async () => {
  const cache = fileURLToPath(new URL("../.cache/", import.meta.url));
  await mkdir(cache, { recursive: true });
  folder = await temporaryFolder(cache);
  undisturbed = await run("undisturbed", []);
}, 120_000);
afterAll(async () => {
  // Those of runs that failed; the others are gone.
  for (const engine of engines) engine.kill("SIGKILL");
  await Promise.all(engines.map((engine) => engine.gone));
  await folder.remove();
});

describe("killed with kill -9, the fleet ends as if nothing had happened", () => {
  it("has something to compare with", () => {
    for (const end of Object.values(undisturbed.ends)) expect(end).toMatchObject({ phase: "ready", dirty: false });
  });

  it.each(Array.from({ length: 30 }, (_, seed) => seed))(
    "seed %i",
    async (seed) => {
      const chance = random(seed + 1);
      const moment = moments[seed % moments.length] ?? "turn.started";
      const blows: Blow[] = Array.from({ length: 1 + Math.floor(chance() * 2) }, (_, index) => ({
        moment: index === 0 ? moment : (moments[Math.floor(chance() * moments.length)] ?? moment),
        nth: 1 + Math.floor(chance() * (index === 0 ? 2 : 4)),
        victim: victims[Math.floor(chance() * victims.length)] ?? "engine",
      }));
      const outcome = await run(`seed-${seed}`, blows);
      expect(outcome.ends, JSON.stringify(blows)).toEqual(undisturbed.ends);
      expect(outcome.struck, "the blows fell").toBeGreaterThan(0);
    },
    120_000,
  );
});

/** One run from tickets to rest, with the blows falling; checks on the way what must always hold. */
async function run(name: string, blows: readonly Blow[]): Promise<Outcome> {
  const home = path.join(folder.path, name);
  await mkdir(home, { mode: 0o700 });
  const repository = await makeRepository(path.join(folder.path, `${name}-repository`));
  const mainBefore = (await git(repository, "rev-parse", "main")).trim();
  const told = new Map<number, Envelope>();
  const left = blows.map((blow) => ({ ...blow }));
  let struck = 0;
  let engine = await startEngine(home, ["--repo", repository]);
  let starting: Promise<void> | undefined;
  const start = (state: FleetState) => {
    starting ??= startMissing(engine, state).catch(() => undefined);
  };
  for (;;) {
    const ended = await follow(engine, told, start, (event) => {
      const blow = left[0];
      if (blow === undefined || event.type !== blow.moment) return false;
      blow.nth -= 1;
      return blow.nth <= 0;
    });
    if (ended === "rest") break;
    const blow = left.shift();
    if (ended === "struck" && blow !== undefined) {
      struck += 1;
      await strike(engine, home, blow.victim);
    }
    if (blow === undefined || blow.victim !== "agent") {
      await engine.gone;
      engine = await startEngine(home, []);
      starting = undefined;
    }
  }
  engine.kill("SIGTERM");
  await engine.gone;
  await expectNoProcess(home);
  const { state, turns } = await expectNothingLost(home, told);
  await expectNothingTwice(home, state, turns);
  expect((await git(repository, "rev-parse", "main")).trim()).toBe(mainBefore);
  expect(await git(repository, "status", "--porcelain")).toBe("");
  await git(repository, "fsck", "--no-dangling");
  return { ends: await ends(repository, state), struck };
}

/** As a human would: what is on the list was started, what is not is started, and one whose answer never came is looked for. */
async function startMissing(engine: EngineProcess, state: FleetState): Promise<void> {
  const there = new Set(Object.values(state.workstreams).map((row) => row.model));
  for (const scenario of scenarios) {
    const model = `scripted-${scenario}`;
    if (there.has(model)) continue;
    await engine.client.workstream.start({ text: `Play ${scenario}`, agent: "scripted", model, attempts: 1 });
  }
}

/** Reads what the engine tells, answers what it asks, until all is at rest, a blow is due, or the engine is gone. */
async function follow(
  engine: EngineProcess,
  told: Map<number, Envelope>,
  start: (state: FleetState) => void,
  strikes: (event: Envelope["event"]) => boolean,
): Promise<"rest" | "struck" | "gone"> {
  const stop = new AbortController();
  const { signal } = stop;
  const answered = new Set<string>();
  const hurried = new Set<string>();
  let state: FleetState = emptyFleetState;
  const tooLong = setTimeout(() => stop.abort(new Error("stuck")), 60_000);
  try {
    const since = Math.max(0, ...told.keys());
    let seen = 0;
    for await (const frame of await engine.client.feed.fleet({}, { signal })) {
      if (frame.kind === "snapshot") {
        ({ state, seq: seen } = frame);
        expect(seen, "no event that was told is lost").toBeGreaterThanOrEqual(since);
        start(state);
      } else {
        for (const envelope of frame.envelopes) {
          expect(envelope.seq).toBeGreaterThan(seen);
          seen = envelope.seq;
          told.set(envelope.seq, envelope);
          state = fold(state, envelope);
          if (strikes(envelope.event)) return "struck";
        }
      }
      for (const request of Object.values(state.requests)) {
        if (answered.has(request.id)) continue;
        answered.add(request.id);
        void answer(engine, request).catch(() => undefined);
      }
      for (const row of Object.values(state.workstreams)) {
        const turn = row.turn?.id ?? "";
        if (row.model !== "scripted-slow" || row.turn?.status !== "running" || !row.line.startsWith("$ ")) continue;
        if (hurried.has(turn)) continue;
        hurried.add(turn);
        void hurry(engine, row.id).catch(() => undefined);
      }
      if (atRest(state)) return "rest";
    }
    return "gone";
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === "AssertionError") throw thrown;
    if (signal.aborted)
      throw new Error(`never came to rest: ${JSON.stringify(state, undefined, 1)}`, { cause: thrown });
    return "gone";
  } finally {
    clearTimeout(tooLong);
    stop.abort();
  }
}

async function answer(engine: EngineProcess, request: FleetState["requests"][string]): Promise<void> {
  const { body, id, workstreamId } = request;
  const decision =
    body.kind === "question"
      ? {
          kind: "answers" as const,
          answers: Object.fromEntries(
            body.questions.map((question) => [question.id, [question.options[0]?.label ?? "yes"]]),
          ),
        }
      : { kind: "accept" as const };
  await engine.client.workstream.answer({ workstreamId, requestId: id, decision });
}

/** The slow command takes ten minutes: the human says so, and then has it ended. */
async function hurry(engine: EngineProcess, workstreamId: string): Promise<void> {
  await engine.client.workstream.steer({ workstreamId, text: "This takes long.", when: "now" });
  await engine.client.workstream.steer({ workstreamId, text: "Do not wait for it.", when: "interrupt" });
}

function atRest(state: FleetState): boolean {
  const rows = Object.values(state.workstreams);
  return rows.length === scenarios.length && rows.every((row) => ["ready", "failed", "stopped"].includes(row.phase));
}

async function strike(engine: EngineProcess, home: string, victim: Victim): Promise<void> {
  const agents = (await processesOf(home)).filter(({ command }) => command.includes("scripted/program.ts"));
  if (victim !== "agent") engine.kill("SIGKILL");
  if (victim === "engine") return;
  for (const { pid } of agents) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It had ended by itself.
    }
  }
}

/** Nothing the run started may outlive it; what was killed takes a moment to be reaped. */
async function expectNoProcess(home: string): Promise<void> {
  await vi.waitFor(async () => expect(await processesOf(home)).toEqual([]), { timeout: 10_000 });
}

/** Every event that was ever told is still in the outbox, as it was told, and the rows are what the events come to. */
async function expectNothingLost(
  home: string,
  told: ReadonlyMap<number, Envelope>,
): Promise<{ readonly state: FleetState; readonly turns: readonly string[] }> {
  const worker = new URL("../src/main/storage/worker.ts", import.meta.url);
  const storage = unwrap(
    await openStorage({ file: path.join(home, "coxswain.db"), worker, onProblem: () => undefined }),
  );
  try {
    const { state, damaged } = unwrap(await storage.load());
    expect(damaged).toEqual([]);
    const kept = new Map<number, Envelope>();
    for (let after = 0; ;) {
      const page = unwrap(await storage.eventsAfter(after, 5_000));
      expect(page.gap).toBe(false);
      for (const envelope of page.envelopes) kept.set(envelope.seq, envelope);
      const last = page.envelopes.at(-1);
      if (last === undefined) break;
      after = last.seq;
    }
    for (const [seq, envelope] of told) expect(kept.get(seq)).toEqual(envelope);
    const folded = [...kept.values()].sort((a, b) => a.seq - b.seq).reduce(fold, emptyFleetState);
    expect(folded).toEqual(state);
    const turns = [...kept.values()].flatMap(({ event }) => (event.type === "turn.opened" ? [event.turn.id] : []));
    return { state, turns };
  } finally {
    await storage.close();
  }
}

/** The agent keeps each turn it was sent: none came twice, and each is one the engine recorded. */
async function expectNothingTwice(home: string, state: FleetState, turns: readonly string[]): Promise<void> {
  expect(
    Object.values(state.workstreams)
      .map((row) => row.model)
      .sort(),
  ).toEqual(scenarios.map((each) => `scripted-${each}`).sort());
  const keys: string[] = [];
  for (const file of await readdir(path.join(home, "scripted"))) {
    if (!file.endsWith(".jsonl")) continue;
    for (const line of (await readFile(path.join(home, "scripted", file), "utf8")).split("\n")) {
      if (line.includes('"type":"turn"')) keys.push(/"clientId":"([^"]+)"/.exec(line)?.[1] ?? line);
    }
  }
  expect(keys.length).toBeGreaterThan(0);
  expect(new Set(keys).size).toBe(keys.length);
  expect(turns).toEqual(expect.arrayContaining(keys));
}

async function ends(repository: string, state: FleetState): Promise<Outcome["ends"]> {
  const found: Outcome["ends"] = {};
  for (const row of Object.values(state.workstreams)) {
    const tree = (await git(repository, "rev-parse", `refs/heads/${row.place.branch}^{tree}`)).trim();
    expect((await git(row.place.path, "rev-parse", "HEAD")).trim()).toBe(row.diff?.head);
    found[row.model ?? ""] = { phase: row.phase, tree, dirty: row.diff?.dirty };
  }
  return found;
}
