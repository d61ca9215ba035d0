import { createRouterClient } from "@orpc/server";
import { ok, type Problem } from "../../contract/errors.ts";
import type { Envelope, Event } from "../../contract/events.ts";
import { fold } from "../../contract/fold.ts";
import type { Item } from "../../contract/items.ts";
import type { Principal, Surface } from "../../contract/principals.ts";
import type { Client } from "../../contract/procedures.ts";
import { emptyFleetState, type FleetState, type Project, type Workstream } from "../../contract/states.ts";
import { emptyReview, type ReviewState } from "../../contract/review.ts";
import { noTokens } from "../../contract/usage.ts";
import { createSecrets, type AskKeychain } from "../secrets.ts";
import { createFeed } from "./feed.ts";
import type { CommandRecord, Fleet, Journal, Review, Storage } from "./parts.ts";
import { createRouter, type EngineRouter } from "./router.ts";

export const own = "w00000001";
export const sibling = "w00000002";
export const project = "p00000001";
export const requestId = "r00000001";

type Delta = Parameters<Parameters<Fleet["onDelta"]>[0]>[0];

/** A real router and feed over a fleet that only remembers what it was asked. */
export interface Stand {
  readonly router: EngineRouter;
  readonly journal: Pick<Journal, "published" | "subscribe" | "trouble">;
  readonly storage: Storage;
  readonly fleet: Fleet;
  /** What the fleet was asked to change, in order. */
  readonly asked: { readonly name: string; readonly args: readonly unknown[] }[];
  /** Every command record written, in order. */
  readonly records: CommandRecord[];
  readonly faults: unknown[];
  readonly items: Item[];
  /** Stores an event and tells subscribers. */
  tell(...events: readonly Event[]): void;
  stream(delta: Delta): void;
  as(principal: Principal, surface?: Surface): Client;
  /** Envelopes up to this number are forgotten. */
  forgetUntil(seq: number): void;
  setTrouble(problem: Problem | undefined): void;
  /** What is said about the work of every workstream. */
  setReview(state: ReviewState): void;
  refuseInstalls(problem: Problem): void;
  /** Makes the fleet answer something else. */
  answer<Name extends keyof Fleet>(name: Name, run: Fleet[Name]): void;
  close(): void;
}

const at = 1_700_000_000_000;
const use = { free: 10 ** 10, low: 10 ** 9, floor: 10 ** 8 };

export function makeWorkstream(id: string, number: number): Workstream {
  return {
    id,
    projectId: project,
    number,
    name: `fix-thing-${number}`,
    ticket: { key: `T-${number}`, title: `Fix thing ${number}` },
    attempt: 1,
    agent: "scripted",
    phase: "working",
    place: { branch: `cox/${id}/fix`, folder: `fix-${number}`, path: `/worktrees/fix-${number}`, base: "main" },
    turns: 1,
    rounds: 0,
    failures: 0,
    line: "reading the code",
    lineAt: at,
    heardAt: at,
    spent: { tokens: noTokens, minutes: 0 },
    tokensBefore: noTokens,
    budget: {},
    gates: {},
    createdAt: at,
  };
}

const demo: Project = {
  id: project,
  name: "demo",
  root: "/demo",
  gitDir: "/demo/.git",
  defaultBranch: "main",
  identity: true,
  openedAt: at,
  policy: { source: "embedded" },
};

function firstState(): FleetState {
  return {
    ...emptyFleetState,
    projects: { [project]: demo },
    workstreams: { [own]: makeWorkstream(own, 1), [sibling]: makeWorkstream(sibling, 2) },
    requests: {
      [requestId]: {
        id: requestId,
        workstreamId: own,
        turnId: "t00000001",
        at,
        body: {
          kind: "command",
          command: "rm -rf build",
          folder: "/worktrees/fix-1",
          reason: "",
          offers: ["accept", "decline"],
        },
      },
    },
  };
}

/** A keychain of the host that keeps what it is given. */
function createMemoryKeychain(): { readonly ask: AskKeychain } {
  const secrets: Record<string, string> = { GITHUB_TOKEN: "kept before" };
  return {
    ask: (asked) => {
      if (asked.verb === "keep") secrets[asked.name] = asked.value;
      if (asked.verb === "forget") delete secrets[asked.name];
      return Promise.resolve(ok({ secrets: { ...secrets }, unreadable: [] }));
    },
  };
}

export function createStand(): Stand {
  let state = firstState();
  let envelopes: Envelope[] = [];
  let seq = 0;
  let trouble: Problem | undefined;
  let noInstall: Problem | undefined;
  let said = emptyReview;
  let ids = 0;
  const listeners = new Set<(news: readonly Envelope[]) => void>();
  const deltaListeners = new Set<(delta: Delta) => void>();
  const records: CommandRecord[] = [];
  const asked: { name: string; args: readonly unknown[] }[] = [];
  const faults: unknown[] = [];
  const items: Item[] = [];

  const journal: Stand["journal"] = {
    published: () => ({ seq, state }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    trouble: () => trouble,
  };

  const storage: Storage = {
    load: () => Promise.resolve(ok({ seq, state, damaged: [] })),
    commit: () => Promise.resolve(ok(undefined)),
    eventsAfter: (since, limit) => {
      const oldest = envelopes[0]?.seq ?? seq + 1;
      const kept = envelopes.filter((envelope) => envelope.seq > since).slice(0, limit);
      return Promise.resolve(ok({ gap: since + 1 < oldest, envelopes: kept }));
    },
    ticket: () => Promise.resolve(ok({ key: "T-1", title: "Fix thing 1", body: "It is broken.\nMend it." })),
    saveTicket: () => Promise.resolve(ok(undefined)),
    items: (_id, _place, limit) =>
      Promise.resolve(
        ok({
          items: items.slice(-limit),
          more: items.length > limit,
          newer: false,
          last: items.length,
          turns: [],
        }),
      ),
    findIn: () => Promise.resolve(ok({ to: 0, done: true })),
    usage: () =>
      Promise.resolve(
        ok({ turns: [], moreTurns: false, phases: [], human: { focusedMs: 0, commands: [], continues: 0 } }),
      ),
    newestItems: () => Promise.resolve(ok([])),
    humanAttention: () => Promise.resolve(ok({ commands: 0, focusedMs: 0 })),
    lastOrdinal: () => Promise.resolve(ok(items.length)),
    planAndNotes: () => Promise.resolve(ok({ plan: [{ text: "look", status: "done" as const }], notes: [] })),
    search: () => Promise.resolve(ok({ hits: [], groups: [], total: 0, more: false, partial: false, pending: 0 })),
    review: () => Promise.resolve(ok(emptyReview)),
    recordCommand: (command) => {
      const first = records.find(({ key, id }) => key !== undefined && key === command.key && id !== command.id);
      if (first !== undefined) return Promise.resolve(ok(records.findLast(({ id }) => id === first.id) ?? first));
      records.push(command);
      return Promise.resolve(ok(command));
    },
    capabilities: () => Promise.resolve(ok([])),
    saveCapability: () => Promise.resolve(ok(undefined)),
    forgetCapabilities: () => Promise.resolve(ok(undefined)),
    setting: () => Promise.resolve(ok(undefined)),
    saveSetting: () => Promise.resolve(ok(undefined)),
    close: () => Promise.resolve(),
  };

  const done =
    (name: string) =>
    (...args: readonly unknown[]) => {
      asked.push({ name, args });
      return Promise.resolve(ok(undefined));
    };
  const fleet: { -readonly [Name in keyof Fleet]: Fleet[Name] } = {
    openProject: (...args) => {
      asked.push({ name: "openProject", args });
      return Promise.resolve(ok(demo));
    },
    closeProject: done("closeProject"),
    allow: (...args) => {
      asked.push({ name: "allow", args });
      return Promise.resolve(ok({ ...demo, allowed: args[1].allow ? [args[1].loosening] : [] }));
    },
    waive: done("waive"),
    tickets: () => Promise.resolve(ok({ tickets: [], skipped: [] })),
    start: (...args) => {
      asked.push({ name: "start", args });
      const rows = Array.from({ length: args[0].attempts }, (_, index) =>
        makeWorkstream(`w0000001${index}`, 10 + index),
      );
      return Promise.resolve(ok(rows));
    },
    steer: (...args) => {
      asked.push({ name: "steer", args });
      return Promise.resolve(ok({ wordsId: "m00000001" }));
    },
    unsay: (...args) => {
      asked.push({ name: "unsay", args });
      return Promise.resolve(ok({ text: "words", when: "now" as const }));
    },
    mention: (...args) => {
      asked.push({ name: "mention", args });
      return Promise.resolve(ok({ found: [], partial: false }));
    },
    answer: done("answer"),
    interrupt: done("interrupt"),
    stop: done("stop"),
    retry: done("retry"),
    archive: done("archive"),
    unarchive: done("unarchive"),
    keep: done("keep"),
    compare: () => Promise.resolve(ok({ ticket: { key: "T", title: "", body: "" }, attempts: [], leftOut: 0 })),
    between: () => Promise.resolve(ok(nothing())),
    pause: done("pause"),
    delete: done("delete"),
    deleted: () => Promise.resolve(ok([])),
    restore: () => Promise.resolve(ok({ branches: [] })),
    adopt: () => Promise.resolve(ok({ workstream: makeWorkstream("w00000010", 10), from: { commit: "a".repeat(40) } })),
    release: () => Promise.resolve(ok({ path: "/by-hand" })),
    reclaimable: () => Promise.resolve(ok({ folders: [] })),
    reclaim: () => Promise.resolve(ok({ bytes: 0 })),
    setBudget: done("setBudget"),
    ask: (...args) => {
      asked.push({ name: "ask", args });
      return Promise.resolve(ok({ requestId: "r00000009" }));
    },
    note: done("note"),
    setPlan: done("setPlan"),
    diff: () =>
      Promise.resolve(
        ok({
          base: "main",
          head: "0".repeat(40),
          files: [{ path: "a.ts", change: "modified" as const, binary: false, added: 2, removed: 1 }],
          patch: "--- a/a.ts\n+++ b/a.ts\n",
          truncated: false,
        }),
      ),
    changes: () => ok(nothing()),
    filePatch: () => Promise.resolve(ok({ path: "a", id: "p", hunks: [], lines: 0 })),
    fileLines: () => Promise.resolve(ok({ lines: [], total: 0 })),
    commits: () => Promise.resolve(ok([])),
    picture: () => Promise.resolve(ok({ type: "image/png", base64: "" })),
    snooze: done("snooze"),
    clear: done("clear"),
    restoreItem: done("restoreItem"),
    onDelta: (listener) => {
      deltaListeners.add(listener);
      return () => deltaListeners.delete(listener);
    },
    close: () => Promise.resolve(),
  };

  const review: Review = {
    show: () => Promise.resolve(ok(said)),
    send: (...args) => {
      asked.push({ name: "review.send", args });
      return Promise.resolve(ok({ reviewId: "v00000001", wordsId: "m00000001", threads: [1] }));
    },
    answer: done("review.answer"),
    resolve: done("review.resolve"),
    view: done("review.view"),
    close: () => Promise.resolve(),
  };

  const keychain = createMemoryKeychain();
  const feed = createFeed({ journal, storage, fleet });
  const router = createRouter({
    fleet,
    journal,
    storage,
    review,
    feed,
    agents: () => [],
    readers: {
      invite: () => Promise.resolve(ok({ url: "http://127.0.0.1:1", token: "t" })),
      dismiss: () => Promise.resolve(ok(undefined)),
    },
    pool: () => undefined,
    holdPool: () => undefined,
    disk: {
      use: () => Promise.resolve(use),
      list: () => Promise.resolve({ worktrees: [], unlisted: [] }),
      measure: (onProgress) => {
        onProgress({ done: 1, total: 2, files: 3, bytes: 4 });
        return Promise.resolve(use);
      },
    },
    terminals: {
      open: (workstreamId, grid, another) => {
        asked.push({ name: "openTerminal", args: [workstreamId, grid, another] });
        return Promise.resolve(ok({ id: "x00000001", workstreamId, shell: "/bin/sh", openedAt: at, ...grid }));
      },
      list: () => [],
      attach: () => ok(nothing()),
      previews: () => nothing(),
      ack: () => ok(undefined),
      write: (id, text) => {
        asked.push({ name: "typed", args: [id, text] });
        return ok(undefined);
      },
      resize: () => ok(undefined),
      close: done("closeTerminal"),
    },
    doctor: () => Promise.resolve([{ name: "git", state: "ok", says: "git 2.39" }]),
    secrets: createSecrets({ env: {}, askKeychain: keychain.ask, log: () => {} }),
    settings: {
      change: (...args) => {
        asked.push({ name: "settings.change", args });
        return Promise.resolve(ok(undefined));
      },
    },
    makeDemo: () => Promise.resolve(ok("/demo")),
    installAgent: (agent, onProgress) => {
      asked.push({ name: "installAgent", args: [agent] });
      onProgress("fetching");
      if (noInstall !== undefined) return Promise.resolve({ ok: false, error: noInstall });
      return Promise.resolve(ok({ program: "/agents/codex", version: "1.2.3", called: "/agents/codex" }));
    },
    clock: () => at,
    newId: (prefix) => `${prefix}${String((ids += 1)).padStart(8, "0")}`,
    version: "0.0.0",
    onFault: (_name, thrown) => faults.push(thrown),
  });

  return {
    router,
    journal,
    storage,
    fleet,
    asked,
    records,
    faults,
    items,
    tell(...events) {
      const news = events.map((event): Envelope => ({ seq: (seq += 1), at, actor: { kind: "engine" }, v: 1, event }));
      for (const envelope of news) state = fold(state, envelope);
      envelopes.push(...news);
      for (const listener of listeners) listener(news);
    },
    stream(delta) {
      for (const listener of deltaListeners) listener(delta);
    },
    as: (principal, surface = "script") => createRouterClient(router, { context: { principal, surface } }),
    forgetUntil(until) {
      envelopes = envelopes.filter((envelope) => envelope.seq > until);
    },
    setTrouble(problem) {
      trouble = problem;
    },
    setReview(state) {
      said = state;
    },
    refuseInstalls(problem) {
      noInstall = problem;
    },
    answer(name, run) {
      fleet[name] = run;
    },
    close: () => feed.close(),
  };
}

async function* nothing(): AsyncGenerator<never, void, void> {}
