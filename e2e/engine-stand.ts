import { mkdir, realpath } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { git, makeRepository, scenarioEnvironment, temporaryFolder } from "./scenarios/repositories.ts";
import { ok, unwrap } from "../src/contract/errors.ts";
import type { FleetState, Workstream } from "../src/contract/states.ts";
import { startEngine, type Engine, type EngineOptions } from "../src/main/engine.ts";
import { findPrograms } from "../src/main/programs.ts";

const cache = fileURLToPath(new URL("../.cache/", import.meta.url));

export const human = { actor: { kind: "human" as const } };

/** A real engine over a real repository in a folder of its own, and ways to wait for what it tells. */
export interface Stand {
  readonly engine: Engine;
  readonly repository: string;
  readonly projectId: string;
  readonly logged: string[];
  /** Resolves with the state as soon as `holds` does; fails after `seconds`. */
  until(what: string, holds: (state: FleetState) => boolean, seconds?: number): Promise<FleetState>;
  /** Starts one workstream that plays a scenario. */
  play(scenario: string, more?: Partial<Parameters<Engine["fleet"]["start"]>[0]>): Promise<Workstream>;
  row(id: string): Workstream;
  git(...args: string[]): Promise<string>;
  /** Ends the engine and starts another on the same home; `meanwhile` sees its files. */
  restart(meanwhile?: (home: string) => Promise<void> | void): Promise<void>;
  close(): Promise<void>;
}

export async function openStand(more: Partial<EngineOptions> = {}): Promise<Stand> {
  await mkdir(cache, { recursive: true });
  const folder = await temporaryFolder(cache);
  const home = path.join(await realpath(folder.path), "home");
  await mkdir(home);
  const repository = await makeRepository(path.join(folder.path, "repository"));
  const logged: string[] = [];
  const start = async () =>
    unwrap(
      await startEngine({
        home,
        programs: findPrograms(new URL("../src/main/engine.ts", import.meta.url).href),
        // Whatever Codex this machine may have is not what these tests are about.
        env: { ...process.env, ...scenarioEnvironment, COXSWAIN_CODEX: "/nowhere/codex" },
        openDoors: (id) => Promise.resolve(ok({ url: `http://127.0.0.1:1/mcp/${id}`, env: {} })),
        scripted: { pace: "instant", seed: 1 },
        log: (message) => logged.push(message),
        onBroken: (why) => logged.push(why.message),
        ...more,
      }),
    );
  let engine = await start();
  const project = unwrap(await engine.fleet.openProject(repository, human));

  const stand: Stand = {
    get engine() {
      return engine;
    },
    repository,
    projectId: project.id,
    logged,
    until(what, holds, seconds = 30) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const { state } = engine.journal.published();
          if (!holds(state)) return;
          clearTimeout(timer);
          stop();
          resolve(state);
        };
        const stop = engine.journal.subscribe(look);
        const timer = setTimeout(() => {
          stop();
          const rows = Object.values(engine.journal.state().workstreams).map((row) => [
            row.phase,
            row.reason,
            row.turn?.status,
            row.frozen,
          ]);
          reject(new Error(`${what} did not come about: ${JSON.stringify(rows)} ${logged.join("; ")}`));
        }, seconds * 1_000);
        look();
      });
    },
    async play(scenario, given = {}) {
      const input = {
        text: `Play ${scenario}`,
        agent: "scripted",
        model: `scripted-${scenario}`,
        attempts: 1,
        ...given,
      };
      const [row] = unwrap(await engine.fleet.start(input, human));
      if (row === undefined) throw new Error("nothing was started");
      return row;
    },
    row(id) {
      const row = engine.journal.state().workstreams[id];
      if (row === undefined) throw new Error(`no ${id}`);
      return row;
    },
    git: (...args) => git(repository, ...args),
    async restart(meanwhile) {
      await engine.close();
      await meanwhile?.(home);
      engine = await start();
    },
    async close() {
      await engine.close();
      await folder.remove();
    },
  };
  return stand;
}
