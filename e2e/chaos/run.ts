import { mkdir } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import type { Envelope } from "../../src/contract/events.ts";
import { fold } from "../../src/contract/fold.ts";
import { emptyFleetState, type FleetState } from "../../src/contract/states.ts";
import { startEngineProcess, type EngineProcess } from "../engine-process.ts";
import { makeRepository, smallFiles } from "../scenarios/repositories.ts";
import { createHuman, newWishes, wishFor } from "./human.ts";
import { nameOf, type Blow } from "./moments.ts";
import { proveNothingHarmed, type Ends } from "./proof.ts";

const faultPoints = new URL("fault-points.ts", import.meta.url).href;
/** How long nothing may be told while work is left, in milliseconds. */
const patience = 90_000;

export interface Outcome {
  readonly ends: Ends;
  /** What was really struck, as `VICTIM at MOMENT`. */
  readonly struck: readonly string[];
}

export interface Run {
  /** Has a home and a repository in it, see {@link makePlace}. */
  readonly folder: string;
  readonly blows: readonly Blow[];
  readonly startEngine: (home: string, args: readonly string[]) => Promise<EngineProcess>;
  /** Answers what was really struck, and whether the engine is gone with it. */
  readonly strike: (
    engine: EngineProcess,
    home: string,
    blow: Blow,
  ) => Promise<{ readonly struck: string; readonly endsEngine: boolean }>;
  /** When the last engine has ended, and before its files are looked at. */
  readonly beforeProof?: () => Promise<void>;
}

/** Pauses are short, so that many kills fit into a minute; the set-up hook is there to be killed. */
const workflow = (commit: "ask" | "engine", longestPause: number) => `---
agent:
  max_concurrent_agents: 15
  max_retry_backoff_ms: ${longestPause}
hooks:
  after_create: "sleep 0.1 # chaos-hook"
coxswain:
  commit: ${commit}
---
`;

/** `commit`: who commits what an author leaves uncommitted. `longestPause`: between two tries, in milliseconds. */
export async function makePlace(folder: string, commit: "ask" | "engine", longestPause = 300): Promise<void> {
  await mkdir(path.join(folder, "home"), { mode: 0o700, recursive: true });
  await makeRepository(path.join(folder, "repository"), [
    ...smallFiles,
    ["WORKFLOW.md", workflow(commit, longestPause)],
  ]);
}

/** Starts engines whose storage worker can be told to die. */
export function mortalEngines(engines: EngineProcess[]): Run["startEngine"] {
  return async (home, args) => {
    const made = await startEngineProcess(home, args, { env: { NODE_OPTIONS: `--import=${faultPoints}` } });
    engines.push(made);
    return made;
  };
}

/** One run from tickets to rest, with the blows falling; checks on the way and at the end what must always hold. */
export async function run({ folder, blows, startEngine, strike, beforeProof }: Run): Promise<Outcome> {
  const home = path.join(folder, "home");
  const repository = path.join(folder, "repository");
  const told = new Map<number, Envelope>();
  const wishes = newWishes();
  const left = [...blows];
  const struck: string[] = [];
  let engine = await startEngine(home, ["--repo", repository]);
  let human = createHuman(engine, wishes);
  let nth = left[0]?.nth ?? 0;
  for (;;) {
    const ended = await follow(engine, human, told, (event) => {
      if (left[0]?.moment.has(event) !== true) return false;
      nth -= 1;
      return nth <= 0;
    });
    const blow = left[0];
    if (ended === "rest" && blow === undefined) break;
    if (ended === "rest" && blow !== undefined) {
      wishFor(wishes, blow.moment.by);
      continue;
    }
    expect(ended, `the engine ended by itself before ${blow === undefined ? "the end" : nameOf(blow)}`).toBe("struck");
    if (blow === undefined) continue;
    left.shift();
    nth = left[0]?.nth ?? 0;
    const done = await strike(engine, home, blow);
    struck.push(done.struck);
    // What brings the next moment is begun at once.
    if (left[0] !== undefined) wishFor(wishes, left[0].moment.by);
    if (!done.endsEngine) continue;
    engine = await startEngine(home, []);
    human = createHuman(engine, wishes);
  }
  engine.kill("SIGTERM");
  await engine.gone;
  await beforeProof?.();
  return { ends: await proveNothingHarmed({ home, repository, told, wishes }), struck };
}

/** Reads what the engine tells and lets the human see it, until all is at rest, a blow is due, or the engine is gone. */
async function follow(
  engine: EngineProcess,
  human: ReturnType<typeof createHuman>,
  told: Map<number, Envelope>,
  strikes: (event: Envelope["event"]) => boolean,
): Promise<"rest" | "struck" | "gone"> {
  const stop = new AbortController();
  const { signal } = stop;
  let state: FleetState = emptyFleetState;
  const tooLong = setTimeout(() => stop.abort(new Error("stuck")), patience);
  try {
    const since = Math.max(0, ...told.keys());
    let seen = 0;
    for await (const frame of await engine.client.feed.fleet({}, { signal })) {
      tooLong.refresh();
      if (frame.kind === "snapshot") {
        ({ state, seq: seen } = frame);
        expect(seen, "no event that was told is lost").toBeGreaterThanOrEqual(since);
      } else {
        for (const envelope of frame.envelopes) {
          expect(envelope.seq).toBeGreaterThan(seen);
          seen = envelope.seq;
          told.set(envelope.seq, envelope);
          state = fold(state, envelope);
          if (strikes(envelope.event)) return "struck";
        }
      }
      human.look(state);
      if (human.atRest(state)) return "rest";
    }
    return "gone";
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === "AssertionError") throw thrown;
    if (signal.aborted)
      throw new Error(`never came to rest: ${JSON.stringify(state.workstreams, undefined, 1)}`, { cause: thrown });
    return "gone";
  } finally {
    clearTimeout(tooLong);
    stop.abort();
  }
}
