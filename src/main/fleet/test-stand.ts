import { expect } from "vitest";
import { fail, ok, unwrap, type Result } from "../../contract/errors.ts";
import { eventSchema, type Envelope, type Event } from "../../contract/events.ts";
import { fold } from "../../contract/fold.ts";
import type { Item } from "../../contract/items.ts";
import { emptyFleetState, fleetStateSchema, type FleetState, type Workstream } from "../../contract/states.ts";
import { noTokens } from "../../contract/usage.ts";
import type { Agent, AgentEvent, PastTurn, Thread, ThreadOptions } from "../agents/agent.ts";
import type { Survey } from "../git/survey.ts";
import { defaultPolicy, type Policy } from "../policy/policy.ts";
import type { By, Journal } from "../storage/journal.ts";
import type { Tracker, TrackerTicket } from "../trackers/tracker.ts";
import { createFleet } from "./create-fleet.ts";
import type { Clock, FleetDeps } from "./crew.ts";
import type { Fleet } from "./fleet.ts";

/* The fleet over doubles: time that stands still, a journal in memory, an agent that says what the test says. No processes. */

export const human: By = { actor: { kind: "human" } };
const aCommit = "a".repeat(40);

/** Time that passes only when the test says so. */
export interface HandClock extends Clock {
  /** Moves time on in steps of 500 ms and lets what is due happen. */
  pass(ms: number): Promise<void>;
  /** Somebody sets the clock, forward or back; no time passes. */
  jump(ms: number): void;
}

export function createHandClock(start = 1_000_000): HandClock {
  let now = start;
  let jumped = 0;
  const calls = new Set<{ readonly ms: number; due: number; readonly call: () => void }>();
  return {
    now: () => now + jumped,
    awake: () => now,
    jump(ms) {
      jumped += ms;
    },
    every(ms, call) {
      const entry = { ms, due: now + ms, call };
      calls.add(entry);
      return () => calls.delete(entry);
    },
    async pass(ms) {
      const end = now + ms;
      while (now < end) {
        now = Math.min(end, now + 500);
        for (const entry of calls) {
          if (entry.due > now) continue;
          entry.due = now + entry.ms;
          entry.call();
        }
        await calm();
      }
    },
  };
}

/** Lets everything that waits for nothing but its turn go on. */
export async function calm(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A journal that stores at once, and takes only what the contract allows. */
export interface MemoryJournal extends Journal {
  readonly told: Envelope[];
  events<T extends Event["type"]>(type: T): Extract<Event, { type: T }>[];
}

export function createMemoryJournal(clock: Pick<Clock, "now">, from: FleetState = emptyFleetState): MemoryJournal {
  let state = from;
  const told: Envelope[] = [];
  return {
    told,
    events: <T extends Event["type"]>(type: T) =>
      told.map(({ event }) => event).filter((event): event is Extract<Event, { type: T }> => event.type === type),
    state: () => state,
    published: () => ({ seq: told.length, state }),
    record(events, by) {
      for (const event of events) {
        eventSchema.parse(event);
        const envelope: Envelope = { seq: told.length + 1, at: clock.now(), actor: by.actor, v: 1, event };
        told.push(envelope);
        state = fold(state, envelope);
      }
      fleetStateSchema.parse(state);
      return Promise.resolve(ok(undefined));
    },
    subscribe: () => () => undefined,
  };
}

/** A thread whose every answer the test may replace, and which says what the test has it say. */
export interface ScriptedThread extends Thread {
  readonly options: ThreadOptions;
  readonly sent: { readonly words: string; readonly clientId: string }[];
  readonly steered: string[];
  readonly answered: string[];
  interrupts: number;
  closed: boolean;
  say(...events: AgentEvent[]): Promise<void>;
  /** Ends the running turn. */
  end(outcome?: "completed" | "interrupted" | "failed"): Promise<void>;
  /** The process under it dies. */
  die(): Promise<void>;
}

export interface ScriptedAgent extends Agent {
  readonly threads: ScriptedThread[];
  restarts: number;
  /** Replaces what threads opened from now on do. */
  behave: Partial<Pick<Thread, "send" | "steer" | "interrupt" | "close">>;
  /** What `resume` says the agent remembers. */
  history: readonly PastTurn[];
  /** Awaited before a thread is opened or taken up. */
  opening: () => Promise<Result<void>>;
}

export function createAgent(name = "scripted"): ScriptedAgent {
  const threads: ScriptedThread[] = [];
  async function open(id: string, options: ThreadOptions, history: readonly PastTurn[]): Promise<Result<Thread>> {
    const may = await agent.opening();
    if (!may.ok) return may;
    const thread = createThread(id, options, history, agent.behave);
    threads.push(thread);
    return ok(thread);
  }
  const agent: ScriptedAgent = {
    name,
    threads,
    restarts: 0,
    behave: {},
    history: [],
    opening: () => Promise.resolve(ok(undefined)),
    capabilities: {
      steer: true,
      interrupt: true,
      resume: true,
      fork: false,
      approvals: true,
      questions: true,
      plan: true,
      usage: true,
      structured: false,
      tools: true,
      confinement: true,
    },
    open: (options) => open(`thread-${threads.length + 1}`, options, []),
    resume: (id, options) => open(id, options, agent.history),
    fork: () => Promise.resolve(fail("BAD_REQUEST", "No forks.", "Open.")),
    processes: () => [],
    async restart() {
      agent.restarts += 1;
      // Those that are opened meanwhile are of the next process.
      await Promise.all(threads.filter((thread) => !thread.closed).map((thread) => thread.die()));
    },
    close: () => Promise.resolve(),
  };
  return agent;
}

let processes = 0;

function createThread(
  id: string,
  options: ThreadOptions,
  history: readonly PastTurn[],
  behave: ScriptedAgent["behave"],
): ScriptedThread {
  const waiting: AgentEvent[] = [];
  let wake = () => {};
  let turns = 0;
  const process = (processes += 1);
  const agentTurn = () => `${id}-turn-${process}-${turns}`;
  async function* read(): AsyncGenerator<AgentEvent> {
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else if (thread.closed) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const thread: ScriptedThread = {
    id,
    options,
    history,
    sent: [],
    steered: [],
    answered: [],
    interrupts: 0,
    closed: false,
    events: { [Symbol.asyncIterator]: read },
    async say(...events) {
      waiting.push(...events);
      wake();
      await calm();
    },
    end: (outcome = "completed") => thread.say({ kind: "turn-ended", agentTurnId: agentTurn(), outcome }),
    async die() {
      const problem = { code: "UNAVAILABLE" as const, message: "The process ended.", next: "Nothing." };
      const dead = thread.say({ kind: "lost", problem });
      thread.closed = true;
      wake();
      await dead;
    },
    send(words, clientId) {
      turns += 1;
      thread.sent.push({ words, clientId });
      if (behave.send !== undefined) return behave.send(words, clientId);
      waiting.push({ kind: "turn-started", agentTurnId: agentTurn() });
      wake();
      return Promise.resolve(ok({ agentTurnId: agentTurn() }));
    },
    steer(words, agentTurnId, clientId) {
      if (behave.steer !== undefined) return behave.steer(words, agentTurnId, clientId);
      thread.steered.push(words);
      return Promise.resolve(ok(undefined));
    },
    interrupt() {
      thread.interrupts += 1;
      if (behave.interrupt !== undefined) return behave.interrupt();
      waiting.push({ kind: "turn-ended", agentTurnId: agentTurn(), outcome: "interrupted" });
      wake();
      return Promise.resolve(ok(undefined));
    },
    answer(key) {
      thread.answered.push(key);
      return Promise.resolve(ok(undefined));
    },
    async close() {
      await behave.close?.();
      thread.closed = true;
      wake();
    },
  };
  return thread;
}

/** What a worktree looks like to the fleet's git. */
export interface Worktree {
  clean: boolean;
  commits: number;
  /** What is checked out when it is not the workstream's own branch. */
  branch?: string;
}

export interface FleetStand {
  readonly fleet: Fleet;
  readonly deps: FleetDeps;
  readonly clock: HandClock;
  readonly journal: MemoryJournal;
  readonly agent: ScriptedAgent;
  readonly worktree: Worktree;
  readonly logged: string[];
  /** In the tracker, by key. */
  readonly tickets: Map<string, TrackerTicket>;
  /** Its answers may be replaced. */
  readonly tracker: { byKeys: Tracker["byKeys"] };
  start(more?: Partial<Parameters<Fleet["start"]>[0]>): Promise<Workstream>;
  row(id: string): Workstream;
  /** The thread opened last for a workstream. */
  thread(id: string): ScriptedThread;
  attention(): readonly string[];
}

export interface StandOptions {
  readonly policy?: Policy;
  readonly from?: FleetState;
  readonly items?: readonly Item[];
  readonly settings?: Map<string, unknown>;
  readonly clock?: HandClock;
  readonly agent?: ScriptedAgent;
  readonly git?: Partial<FleetDeps["git"]>;
  readonly deps?: Partial<FleetDeps>;
}

/** A policy that differs from the default in what the `coxswain` key and the others given say. */
export function policyWith(coxswain: Partial<Policy["coxswain"]>, more: Partial<Policy> = {}): Policy {
  return { ...defaultPolicy, ...more, coxswain: { ...defaultPolicy.coxswain, agent: "scripted", ...coxswain } };
}

export async function openFleet(options: StandOptions = {}): Promise<FleetStand> {
  const clock = options.clock ?? createHandClock();
  const journal = createMemoryJournal(clock, options.from);
  const agent = options.agent ?? createAgent();
  const worktree: Worktree = { clean: true, commits: 1 };
  const logged: string[] = [];
  const tickets = new Map<string, TrackerTicket>();
  const policy = options.policy ?? policyWith({});
  const rooms = createRooms(policy, tickets);
  const newId = createIds();
  const settings = options.settings ?? new Map<string, unknown>();
  const saved = new Map<string, { key: string; title: string; body: string }>();
  const deps: FleetDeps = {
    journal,
    damaged: [],
    storage: {
      setting: (name) => Promise.resolve(ok(settings.get(name))),
      saveSetting(name, value) {
        settings.set(name, value);
        return Promise.resolve(ok(undefined));
      },
      ticket: (id) => Promise.resolve(ok(saved.get(id) ?? { key: "T-1", title: "A ticket", body: "" })),
      saveTicket(id, ticket) {
        saved.set(id, ticket);
        return Promise.resolve(ok(undefined));
      },
      items: (id) => {
        const items = itemsOf(journal, id, options.items);
        return Promise.resolve(ok({ items, more: false, newer: false, last: items.length, turns: [] }));
      },
      newestItems: () => Promise.resolve(ok([])),
      humanAttention: () => Promise.resolve(ok({ commands: 0, focusedMs: 0 })),
      lastOrdinal: (id) =>
        Promise.resolve(ok(Math.max(0, ...itemsOf(journal, id, options.items).map((item) => item.ordinal)))),
    },
    git: { ...createFakeGit(worktree), ...options.git },
    patches: { read: () => fail("UNAVAILABLE", "No diff here.", "None.") },
    worktrees: {
      create: ({ workstreamId, slug }) =>
        Promise.resolve(
          ok({
            path: `/trees/${slug}`,
            branch: `cox/${workstreamId}/${slug}`,
            baseCommit: aCommit,
            folder: slug,
            adminDir: `/repo/.git/worktrees/${slug}`,
          }),
        ),
      isMissing: () => Promise.resolve(false),
      keepWarm: () => undefined,
      baseCommit: () => Promise.resolve(aCommit),
      emptyPool: () => Promise.resolve(),
      findByHand: () => Promise.resolve(fail("NOT_FOUND", "No worktrees here.", "None.")),
      adopt: () => Promise.resolve(fail("NOT_FOUND", "No worktrees here.", "None.")),
      release: () => Promise.resolve(fail("NOT_FOUND", "No worktrees here.", "None.")),
      reclaimable: () => Promise.resolve(ok([])),
      reclaim: () => Promise.resolve(ok(0)),
      copyFolders: () => Promise.resolve([]),
    },
    vault: {
      keep: () => Promise.resolve(ok(undefined)),
      unpack: () => Promise.resolve(ok(undefined)),
      deleted: () => Promise.resolve(ok([])),
      restore: () => Promise.resolve(ok([])),
      tidy: () => Promise.resolve(ok(undefined)),
    },
    clearing: {
      isInPlace: () => Promise.resolve(true),
      mayRemove: () =>
        Promise.resolve(
          ok({ kind: "stakes", uncommitted: [], paused: false, unheld: [], residents: [], bytes: 0, ignoredBytes: 0 }),
        ),
      remove: () => Promise.resolve(ok({ kind: "deleted", keptBranches: [] })),
      pause: () => Promise.resolve(ok({ kind: "paused", snapshot: aCommit, bytes: 4_096 })),
    },
    terminals: { atWork: () => Promise.resolve([]), endOf: () => Promise.resolve() },
    disk: { room: () => Promise.resolve(ok(undefined)), low: () => undefined, look: () => false },
    dropScratch: () => Promise.resolve(),
    plannedPath: (_project, folder) => `/trees/${folder}`,
    nameFrom: (text) =>
      text
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .slice(0, 40),
    reservePorts: (_id, taken) => Promise.resolve({ first: 20_000 + taken().length * 10, count: 10 }),
    prepareWritableRoots: () => Promise.resolve(ok({ writable: [], readOnly: [] })),
    clearDeadLocks: () => Promise.resolve(),
    sandbox: {
      confinement: "bubblewrap",
      lacks: undefined,
      run: () => Promise.resolve(ok({ exitCode: 0, ended: "by itself", tail: "", characters: 0 })),
    },
    caches: (projectId) => Promise.resolve({ folder: `/caches/${projectId}`, env: {} }),
    networkEnv: {},
    agent: (name) => (name === agent.name ? ok(agent) : fail("NOT_FOUND", `There is no agent ${name}.`, "Choose.")),
    defaultPolicy,
    openProject: () => Promise.resolve(ok(rooms)),
    openDoors: () => Promise.resolve(ok({ url: "http://127.0.0.1:1/mcp", env: {} })),
    hidden: () => Promise.resolve([]),
    scratch: (id) => Promise.resolve(`/scratch/${id}`),
    env: {},
    clock,
    endingGraceMs: 10_000,
    newId,
    render: (_policy, ticket) => Promise.resolve(ok(`Work on ${ticket.key}: ${ticket.title}`)),
    log: (message) => logged.push(message),
    ...options.deps,
  };
  const fleet = unwrap(await createFleet(deps));
  await calm();
  if (options.from === undefined) unwrap(await fleet.openProject("/repo", human));
  const row = (id: string): Workstream => {
    const found = journal.state().workstreams[id];
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  };
  return {
    fleet,
    deps,
    clock,
    journal,
    agent,
    worktree,
    logged,
    tickets,
    tracker: rooms.tracker,
    async start(more = {}) {
      const [started] = unwrap(await fleet.start({ text: "Do it", attempts: 1, ...more }, human));
      await calm();
      if (started === undefined) throw new Error("nothing was started");
      return started;
    },
    row,
    thread(id) {
      const thread = agent.threads.findLast((each) => each.options.folder === row(id).place.path);
      if (thread === undefined) throw new Error(`no thread of ${id}`);
      return thread;
    },
    attention: () => Object.values(journal.state().attention).map((item) => item.kind),
  };
}

function itemsOf(journal: MemoryJournal, id: string, before: readonly Item[] = []): Item[] {
  const told = journal.events("item.upserted").map(({ item }) => item);
  const all = new Map([...before, ...told].filter((item) => item.workstreamId === id).map((item) => [item.id, item]));
  return [...all.values()].sort((a, b) => a.ordinal - b.ordinal);
}

/** The transcript must number from 1 without gaps, each item once. */
export function expectWholeTranscript(journal: MemoryJournal, id: string): void {
  const ordinals = itemsOf(journal, id).map((item) => item.ordinal);
  expect(ordinals).toEqual(ordinals.map((_, index) => index + 1));
}

/** What git tells of a worktree. */
export function surveyOf({ clean, commits }: Worktree, branch: string | undefined): Survey {
  const stat = { files: 1, added: 1, removed: 0 };
  return {
    status: { head: aCommit, ...(branch === undefined ? {} : { branch }), clean, entries: [] },
    head: aCommit,
    commits,
    stat,
  };
}

function createFakeGit(worktree: Worktree): FleetDeps["git"] {
  return {
    resolve: () => Promise.resolve(ok(aCommit)),
    facts: (folder) =>
      Promise.resolve(
        ok({
          root: folder,
          gitDir: `${folder}/.git`,
          commonDir: `${folder}/.git`,
          bare: false,
          linkedWorktree: false,
          empty: false,
          defaultBranch: "main",
          shallow: false,
          sparse: false,
          submodules: false,
          identity: true,
        }),
      ),
    survey: (_at, { branch }) => Promise.resolve(ok(surveyOf(worktree, worktree.branch ?? branch))),
    changedPaths: () => Promise.resolve(ok([])),
    conflictsBetween: () => Promise.resolve(ok([])),
    betweenCommits: () => Promise.resolve(ok({ files: [], patch: Buffer.alloc(0), patchTruncated: false })),
    commitsBetween: () => Promise.resolve(ok({ commits: [], more: false })),
    sealLoose: () => Promise.resolve(ok(undefined)),
    diff: () => Promise.resolve(fail("UNAVAILABLE", "No diff here.", "None.")),
    rawDiff: () => Promise.resolve(fail("UNAVAILABLE", "No diff here.", "None.")),
    mergeBase: () => Promise.resolve(ok(aCommit)),
    commitsSince: () => Promise.resolve(ok([])),
    generatedPaths: () => Promise.resolve(ok(new Set())),
    blobSizes: () => Promise.resolve(ok(new Map())),
    workTreeSize: () => Promise.resolve(undefined),
    committedFile: () => Promise.resolve(fail("NOT_FOUND", "No file here.", "None.")),
    workTreeFile: () => Promise.resolve(fail("NOT_FOUND", "No file here.", "None.")),
    listFiles: () => Promise.resolve(ok({ paths: [], truncated: false })),
    findDefinitions: () => Promise.resolve(ok({ found: [], truncated: false })),
    commit() {
      worktree.clean = true;
      return Promise.resolve(ok({ commit: aCommit, committed: true }));
    },
  };
}

function createRooms(policy: Policy, tickets: Map<string, TrackerTicket>) {
  const state = { policy, problem: null };
  const tracker: { -readonly [K in keyof Tracker]: Tracker[K] } = {
    kind: "files",
    defaultStates: { active: ["open"], terminal: ["done"] },
    list: () => Promise.resolve(ok({ tickets: [...tickets.values()], skipped: [] })),
    byKeys: (keys: readonly string[]) => Promise.resolve(ok(keys.flatMap((key) => tickets.get(key) ?? []))),
    create(ticket: { readonly title: string; readonly body: string }) {
      const made = aTicket(`T-${tickets.size + 1}`, { title: ticket.title, description: ticket.body });
      tickets.set(made.key, made);
      return Promise.resolve(ok(made));
    },
  };
  return {
    tracker,
    policy: () => state,
    refreshPolicy: () => Promise.resolve(state),
    close: () => undefined,
  };
}

export function aTicket(key: string, more: Partial<TrackerTicket> = {}): TrackerTicket {
  return {
    id: key,
    key,
    title: "A ticket",
    description: null,
    priority: null,
    state: "open",
    branchName: null,
    url: null,
    assigneeId: null,
    labels: [],
    blockedBy: [],
    dispatchable: true,
    createdAt: null,
    updatedAt: null,
    nativeRef: null,
    extra: {},
    ...more,
  };
}

function createIds(): FleetDeps["newId"] {
  let last = 0;
  return (prefix) => {
    last += 1;
    return prefix + String(last).padStart(10, "0");
  };
}

/** A row as it is while its author works, for tests of pure functions. */
export function aRow(number: number, more: Partial<Workstream> = {}): Workstream {
  const id = `w${String(number).padStart(10, "0")}`;
  return {
    id,
    projectId: "p0000000001",
    number,
    name: `work-${number}`,
    ticket: { key: `T-${number}`, title: "A ticket" },
    attempt: 1,
    agent: "scripted",
    phase: "queued",
    place: { branch: `cox/${id}/work`, folder: `work-${number}`, path: `/trees/work-${number}`, base: "main" },
    turns: 0,
    rounds: 0,
    failures: 0,
    line: "",
    lineAt: 0,
    heardAt: 0,
    spent: { tokens: noTokens, minutes: 0 },
    tokensBefore: noTokens,
    budget: {},
    gates: {},
    createdAt: 0,
    ...more,
  };
}

export function stateOf(...rows: readonly Workstream[]): FleetState {
  return { ...emptyFleetState, workstreams: Object.fromEntries(rows.map((row) => [row.id, row])) };
}
