import { randomBytes } from "node:crypto";
import { mkdir, realpath, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Check } from "../contract/check.ts";
import { fail, ok, type Problem, type Result } from "../contract/errors.ts";
import type { Agent } from "./agents/agent.ts";
import type { CodexProvider } from "./agents/codex/codex-home.ts";
import { codexKeyName, createCodexProgram, type CodexProgram } from "./codex.ts";
import { createDemoProject } from "./demo/materialise.ts";
import { createDiskMeasure, type DiskMeasure } from "./disk-use.ts";
import { examine } from "./doctor/examine.ts";
import { commandEnv, networkEnv, npmEnv, presentSecrets, type Environment } from "./environment.ts";
import { createAwakeClock } from "./awake-clock.ts";
import { createFleet } from "./fleet/create-fleet.ts";
import type { Doors } from "./fleet/crew.ts";
import type { Fleet } from "./fleet/fleet.ts";
import { createGit } from "./git/git.ts";
import { createGitRunner } from "./git/run.ts";
import { createPatchReader } from "./patches/create-patch-reader.ts";
import { defaultPolicy } from "./policy/policy.ts";
import { renderPrompt } from "./policy/render-prompt.ts";
import { openAgents } from "./open-agents.ts";
import type { Programs } from "./programs.ts";
import { openProjectRooms } from "./project-rooms.ts";
import { createTerminalDesk, openTerminals, type TerminalDesk } from "./open-terminals.ts";
import { createReview, type Review } from "./review/create-review.ts";
import { cacheEnv, readOnlyCacheEnv } from "./sandbox/caches.ts";
import { createSandbox, type Sandbox } from "./sandbox/sandbox.ts";
import { createSecrets, type AskKeychain, type Secrets } from "./secrets.ts";
import { createSettings, type SettingsRoom } from "./settings.ts";
import { createJournal, type OpenJournal } from "./storage/create-journal.ts";
import { createNewId, type IdPrefix } from "./storage/new-id.ts";
import { openStorage } from "./storage/open-storage.ts";
import type { Storage } from "./storage/storage.ts";
import { createClearing } from "./worktrees/clear.ts";
import { clearDeadLocks } from "./worktrees/locks.ts";
import { slugFrom } from "./worktrees/names.ts";
import { createPortLedger } from "./worktrees/ports.ts";
import { removeAll } from "./worktrees/remove-all.ts";
import { createRoom, spaceOn } from "./worktrees/room.ts";
import { createVault } from "./worktrees/vault.ts";
import { createWorktrees, type Worktrees } from "./worktrees/worktrees.ts";
import { prepareWritableRoots } from "./worktrees/writable-roots.ts";

export interface EngineOptions {
  /** Exists, absolute, a real path, and locked for this engine. */
  readonly home: string;
  readonly programs: Programs;
  /** The environment of the process; rooms and commands get an allow-listed part. */
  readonly env: Environment;
  /** How an author reaches its verbs. Resolves once the doors are open. */
  readonly openDoors: (workstreamId: string) => Promise<Result<Doors>>;
  readonly scripted: { readonly pace: "instant" | "lively"; readonly seed: number };
  /** Instead of looking for Codex on this machine and using its login. */
  readonly codex?: { readonly program: string; readonly provider: CodexProvider };
  /** The keychain of the host, where it has one. */
  readonly askKeychain?: AskKeychain | undefined;
  /** How long an agent may take to end an interrupted turn before its process is ended; ten seconds unless said otherwise. */
  readonly endingGraceMs?: number;
  readonly log: (message: string, cause?: unknown) => void;
  /** Told once when the engine can no longer keep its word and should end. */
  readonly onBroken: (why: Problem) => void;
}

export interface Engine {
  readonly fleet: Fleet;
  readonly review: Review;
  readonly journal: OpenJournal;
  readonly storage: Storage;
  readonly newId: (prefix: IdPrefix) => string;
  /** The agents there are, and what each can do. */
  readonly agents: () => Pick<Agent, "name" | "capabilities">[];
  /** What is kept ready for a project's next starts. */
  readonly pool: Worktrees["poolStatus"];
  readonly holdPool: Worktrees["holdPool"];
  /** What takes room on disk. */
  readonly disk: Pick<DiskMeasure, "use" | "list" | "measure">;
  /** The human's shells in worktrees. */
  readonly terminals: TerminalDesk;
  readonly doctor: () => Promise<Check[]>;
  readonly secrets: Secrets;
  readonly settings: SettingsRoom;
  /** Installs an agent's program into the home because the human asks for it. */
  readonly installAgent: (
    agent: "codex",
    onProgress: (line: string) => void,
    signal: AbortSignal,
  ) => ReturnType<CodexProgram["install"]>;
  /** Makes the demo's repository when it is not there, and answers its folder. */
  readonly makeDemo: () => Promise<Result<string>>;
  /** Ends everything that was started, the last first. What was accepted is stored. */
  close(): Promise<void>;
}

/** Builds the rooms, wires them and starts them in one order; a failure closes what was opened. */
export async function startEngine(options: EngineOptions): Promise<Result<Engine>> {
  const { home, log } = options;
  const undo: (() => Promise<void> | void)[] = [];
  async function close(): Promise<void> {
    // Each may rest on those opened before it.
    for (const end of undo.splice(0).reverse()) await end();
  }

  let endJournal = () => {};
  // It tries itself out, which takes about as long as the database.
  const sandboxing = openSandbox(options);
  undo.push(async () => (await sandboxing).close());
  const storage = await openStorage({
    file: path.join(home, "coxswain.db"),
    worker: options.programs.storageWorker,
    onProblem(why) {
      // What waits can not be stored any more: nobody is to wait for it.
      endJournal();
      options.onBroken(why);
    },
  });
  if (!storage.ok) return storage;
  undo.push(() => storage.value.close());
  const loaded = await storage.value.load();
  if (!loaded.ok) return closed(close, loaded);
  const journal = createJournal({
    storage: storage.value,
    loaded: loaded.value,
    clock: Date.now,
    onTrouble: (trouble) => log(trouble === undefined ? "Storing works again." : trouble.message, trouble?.cause),
  });
  endJournal = () => void journal.close();
  undo.push(() => journal.close());

  const forCommands = commandEnv(options.env);
  const git = createGit({
    env: options.env,
    folder: await emptyFolder(path.join(home, "tmp", "git")),
    veil: async (shown) => (await sandboxing).veil([...ofGit.map((name) => path.join(home, name)), ...shown]),
  });
  undo.push(() => git.close());
  const patches = createPatchReader({ worker: options.programs.patchWorker, idleMs: patchesIdleMs });
  undo.push(() => patches.close());
  const secrets = createSecrets({ env: options.env, askKeychain: options.askKeychain, log });
  const codex = createCodexProgram({
    home,
    env: options.env,
    installEnv: npmEnv(options.env),
    given: options.codex,
    apiKey: () => secrets.get(codexKeyName),
  });
  undo.push(() => codex.close());
  // A login is made into it, which Codex refuses while it is not there.
  await mkdir(codex.home, { recursive: true, mode: 0o700 });
  const agents = openAgents(options, codex, forCommands);
  undo.push(async () => {
    await Promise.all([...agents.values()].map((agent) => agent.close()));
  });
  const sandbox = await sandboxing;
  const newId = createNewId({ clock: Date.now, random: randomBytes });
  const terminals = openTerminals(options, () => newId("x"));
  undo.push(() => terminals.end());
  const worktreeRoot = path.join(home, "worktrees");
  const shared = await Promise.all(sharedFolders.map((folder) => realpath(folder).catch(() => folder)));
  const worktrees = createWorktrees({ root: worktreeRoot, git, log, shared });
  undo.push(() => worktrees.close());
  const space = () => spaceOn(home);
  const vault = createVault({ git, folder: path.join(home, "vault") });
  const fleet = await createFleet({
    journal,
    damaged: loaded.value.damaged,
    storage: storage.value,
    git,
    patches,
    worktrees,
    vault,
    terminals,
    clearing: createClearing({ root: worktreeRoot, git, vault }),
    disk: createRoom(space),
    plannedPath: (projectId, folder) => path.join(worktreeRoot, projectId, folder),
    nameFrom: slugFrom,
    reservePorts: createPortLedger(),
    prepareWritableRoots,
    clearDeadLocks: (place, id) => clearDeadLocks(place, id, lockPatience),
    sandbox,
    caches: async (projectId, own) => {
      const folder = path.join(home, "caches", projectId);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return { folder, env: own === undefined ? cacheEnv(folder) : readOnlyCacheEnv(folder, own) };
    },
    networkEnv: networkEnv(options.env),
    agent: (name) => {
      const agent = agents.get(name);
      return agent === undefined ? noSuchAgent(name, agents) : ok(agent);
    },
    defaultPolicy,
    openProject: (project, told) => openProjectRooms(options, project, told),
    openDoors: options.openDoors,
    hidden: () => hiddenFrom(options),
    dropScratch: (id) => removeAll(path.join(home, "tmp", id)),
    scratch: async (id) => {
      const folder = path.join(home, "tmp", id);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    env: forCommands,
    clock: { now: Date.now, awake: createAwakeClock(() => performance.now()), every: repeat },
    endingGraceMs: options.endingGraceMs ?? 10_000,
    newId,
    render: (policy, ticket, attempt) => renderPrompt(policy.prompt, ticket, attempt),
    log,
  });
  if (!fleet.ok) return closed(close, fleet);
  // Steps that wait for a hook end with it.
  undo.push(async () => void (await Promise.all([fleet.value.close(), sandbox.close()])));
  for (const damage of loaded.value.damaged) log(`A row of ${damage.table} is damaged: ${damage.id}`, damage.why);

  const review = createReview({
    journal,
    storage: storage.value,
    tellAuthor: fleet.value.steer,
    readChanges: (id) => fleet.value.changes(id, { since: "base", whitespace: true }),
    log,
    clock: Date.now,
    newId,
  });
  undo.push(() => review.close());

  const disk = createDiskMeasure({
    home,
    git,
    worktrees,
    state: () => journal.published().state,
    space,
    now: Date.now,
  });
  undo.push(() => disk.close());

  const pools = () =>
    Object.values(journal.published().state.projects).flatMap(({ id, name }) => {
      const pool = worktrees.poolStatus(id);
      return pool === undefined ? [] : [{ ...pool, project: name }];
    });

  return ok({
    fleet: fleet.value,
    review,
    journal,
    storage: storage.value,
    newId,
    agents: () => [...agents.values()].map(({ name, capabilities }) => ({ name, capabilities })),
    pool: worktrees.poolStatus,
    holdPool: worktrees.holdPool,
    disk,
    terminals: createTerminalDesk(terminals, { ...options, state: () => journal.published().state }),
    doctor: () =>
      examine({
        home,
        git,
        codex,
        sandbox: () => Promise.resolve(sandbox),
        searchPath: options.env["PATH"] ?? "",
        engine: process.pid,
        state: () => journal.published().state,
        damaged: loaded.value.damaged,
        disk,
        pools,
      }),
    secrets,
    settings: createSettings(journal),
    installAgent: (_agent, onProgress, signal) => codex.install(onProgress, signal),
    makeDemo: () => makeDemo(options),
    close,
  });
}

async function closed(close: () => Promise<void>, failed: Result<never> | Result<unknown>): Promise<Result<never>> {
  await close();
  return failed.ok ? fail("INTERNAL", "Start-up ended early.", "Start again.") : failed;
}

function noSuchAgent(name: string, agents: ReadonlyMap<string, Agent>): Result<never> {
  return fail("NOT_FOUND", `There is no agent “${name}”.`, `Choose one of: ${[...agents.keys()].join(", ")}.`);
}

/** What git works with in the home. */
const ofGit = ["worktrees", "vault", "tmp", "demo"];

/** What nothing that is confined may read. */
async function hiddenFrom({ home, env }: EngineOptions): Promise<string[]> {
  return [home, ...(await presentSecrets(env["HOME"]))];
}

async function openSandbox(options: EngineOptions): Promise<Sandbox> {
  const { home, env } = options;
  return createSandbox({
    platform: process.platform,
    machine: process.arch,
    searchPath: env["PATH"] ?? "",
    folder: await emptyFolder(path.join(home, "tmp", "sandbox")),
    hidden: () => hiddenFrom(options),
    limits: { processes: 4_096, memory: Math.max(os.totalmem() * 0.75, 2 * 1024 ** 3) },
  });
}

async function makeDemo({ home, programs, env }: EngineOptions): Promise<Result<string>> {
  const git = createGitRunner({ env });
  const made = await createDemoProject({
    assetsDir: path.join(programs.assets, "demo"),
    into: path.join(home, "demo", "pigeon-post"),
    git,
  });
  git.close();
  return made.ok ? ok(made.value.path) : made;
}

/** Every author may write these. */
const sharedFolders = [os.tmpdir(), "/tmp", "/var/tmp"];

/** How long the thread that reads diffs stays when nobody looks at one, in milliseconds. */
const patchesIdleMs = 60_000;

/** How long a git that somebody runs in a worktree may hold its locks while the worktree is taken up again, in milliseconds. */
const lockPatience = 2_000;

/** Without what an engine that was killed left there: no other one runs. */
async function emptyFolder(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function repeat(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms);
  timer.unref();
  return () => clearInterval(timer);
}
