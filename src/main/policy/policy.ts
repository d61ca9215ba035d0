import type { Budget } from "../../contract/usage.ts";
import { defaultPrompt } from "./default-prompt.ts";

/** Anything JSON can say: values that are handed on to an agent or a tracker unread. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * What `WORKFLOW.md` asks for, with every default filled in. Plain data, named like the file's keys. `docs/workflow.md` says for each key what it
 * does, its default, and whether a change applies live.
 */
export type Policy = {
  readonly tracker: {
    /** `files` is built in. Null when the file names none: tickets may then be started by hand, but nothing is taken up by itself. */
    readonly kind: string | null;
    /** The tracker's own settings, exactly as written. */
    readonly provider: Readonly<Record<string, Json>>;
    /** Trimmed and lower-cased; a ticket needs all of them. A blank one matches nothing. */
    readonly requiredLabels: readonly string[];
    /** Null: the tracker's own. Compared without regard to case and outer space. */
    readonly activeStates: readonly string[] | null;
    readonly terminalStates: readonly string[] | null;
  };
  readonly polling: { readonly intervalMs: number };
  /** `root` is absolute; null means the engine's own folder for worktrees. */
  readonly workspace: { readonly root: string | null };
  /** Shell scripts, verbatim. */
  readonly hooks: {
    readonly afterCreate: string | null;
    readonly beforeRun: string | null;
    readonly afterRun: string | null;
    readonly beforeRemove: string | null;
    readonly timeoutMs: number;
  };
  readonly agent: {
    readonly maxConcurrentAgents: number;
    readonly maxTurns: number;
    readonly maxRetryBackoffMs: number;
    /** Keys are trimmed, lower-cased states. */
    readonly maxConcurrentAgentsByState: Readonly<Record<string, number>>;
  };
  readonly codex: {
    /** Read and checked because the file's format has it. Never run: what a repository says must not choose a program outside the sandbox. */
    readonly command: string;
    /** The three policies are handed to the agent as written. */
    readonly approvalPolicy: Json;
    readonly threadSandbox: Json;
    /** Null: the adapter composes one from the worktree. */
    readonly turnSandboxPolicy: Json;
    readonly turnTimeoutMs: number;
    readonly readTimeoutMs: number;
    /** Zero or less: never. */
    readonly stallTimeoutMs: number;
  };
  readonly coxswain: CoxswainPolicy;
  /** A strict Liquid template over `issue` and `attempt`; never empty. */
  readonly prompt: string;
};

/** The keys below `coxswain:`. */
export type CoxswainPolicy = {
  readonly agent: "codex" | "scripted";
  /** Null: the agent's own default. A ticket that names a model of its own comes first. */
  readonly model: string | null;
  /** The branch work starts from and lands on. Null: the project's default branch. */
  readonly base: string | null;
  /** How often a gate may speak to the author before the human is asked. */
  readonly maxRounds: number;
  readonly budget: {
    readonly workstream: Budget;
    /** All workstreams of the project taken together. */
    readonly fleet: Budget;
  };
  readonly prices: Prices | null;
  /** Uncommitted work after a turn: ask the author to commit it, or let the engine commit. */
  readonly commit: "ask" | "engine";
  /**
   * What holds the project's own commands: what there is, and where there is nothing, nothing; never nothing; or nothing at
   * all, once the human allows that.
   */
  readonly confinement: "available" | "required" | "none";
  /** What the project's own commands reach. Null: the set-up of a new worktree, everything; whatever runs after an author began, nothing outside. */
  readonly network: "none" | "full" | null;
  /** Folders of dependencies that new worktrees get as copies; null: the top `node_modules`. A null `lock` is found by name. */
  readonly copy: readonly { readonly folder: string; readonly lock: string | null }[] | null;
  /** How many worktrees are kept checked out for the next starts. */
  readonly warmWorktrees: number;
  /** Minutes without a sign of life before the human is told; null: never. Falls back to `codex.stall_timeout_ms`. */
  readonly stallMinutes: number | null;
};

/** Money per million tokens, by model name. `input` is for tokens that were not cached. */
export type Prices = {
  /** As shown, for instance `USD`. */
  readonly currency: string;
  readonly models: Readonly<
    Record<string, { readonly input: number; readonly cached: number; readonly output: number }>
  >;
};

/** What holds in a project without a `WORKFLOW.md`. A file that leaves `agent.max_concurrent_agents` out gets Symphony's 10 instead. */
export const defaultPolicy: Policy = {
  tracker: { kind: "files", provider: {}, requiredLabels: [], activeStates: null, terminalStates: null },
  polling: { intervalMs: 30_000 },
  workspace: { root: null },
  hooks: { afterCreate: null, beforeRun: null, afterRun: null, beforeRemove: null, timeoutMs: 60_000 },
  agent: { maxConcurrentAgents: 15, maxTurns: 20, maxRetryBackoffMs: 300_000, maxConcurrentAgentsByState: {} },
  codex: {
    command: "codex app-server",
    approvalPolicy: "on-request",
    threadSandbox: "workspace-write",
    turnSandboxPolicy: null,
    turnTimeoutMs: 3_600_000,
    readTimeoutMs: 5_000,
    stallTimeoutMs: 300_000,
  },
  coxswain: {
    agent: "codex",
    model: null,
    base: null,
    maxRounds: 6,
    budget: { workstream: {}, fleet: {} },
    prices: null,
    commit: "ask",
    confinement: "available",
    network: null,
    copy: null,
    warmWorktrees: 2,
    stallMinutes: 5,
  },
  prompt: defaultPrompt,
};
