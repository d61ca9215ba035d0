import type { Problem, Result } from "../../contract/errors.ts";
import type { ItemBody, PlanStep } from "../../contract/items.ts";
import type { Decision, RequestBody } from "../../contract/requests.ts";
import type { RateLimit, Tokens } from "../../contract/usage.ts";

/** What an agent can do; a button exists only where the capability does. */
export type AgentCapabilities = Readonly<
  Record<
    | "steer"
    | "interrupt"
    | "resume"
    | "fork"
    | "approvals"
    | "questions"
    | "plan"
    | "usage"
    | "structured"
    | "tools"
    /** It can hold its commands to what {@link Confinement} allows. */
    | "confinement",
    boolean
  >
>;

/** How far an author's commands are confined. */
export type Confinement =
  | {
      readonly mode: "workspace-write";
      /** Writable beside the thread's folder: what a commit in a linked worktree needs. */
      readonly writable: readonly string[];
      /** Inside the writable folders, yet read-only (`commondir`, `gitdir`). */
      readonly readOnly: readonly string[];
      /** Unreadable altogether, for instance the engine's home and sibling worktrees. */
      readonly hidden: readonly string[];
    }
  | { readonly mode: "none" };

export interface ThreadOptions {
  /** The worktree. Absolute. */
  readonly folder: string;
  readonly model?: string;
  /** Standing instructions, beside what the agent finds in the worktree itself. */
  readonly instructions?: string;
  /** The engine's verbs, as an MCP endpoint that only this thread knows. */
  readonly tools?: { readonly url: string };
  readonly confinement: Confinement;
  readonly approvals: "on-request" | "never" | "untrusted";
  /** Added to the allow-listed environment of the commands this thread runs. */
  readonly env: Readonly<Record<string, string>>;
}

/** A turn as the agent remembers it, oldest first: what recovery compares with its own record. */
export interface PastTurn {
  readonly agentTurnId: string;
  /** The idempotency keys of the words that entered it, the opening ones first, steers after. */
  readonly clientIds: readonly string[];
  readonly status: TurnOutcome | "running";
}

export type TurnOutcome = "completed" | "interrupted" | "failed";

export interface Agent {
  /** `codex`, `scripted`, … */
  readonly name: string;
  readonly capabilities: AgentCapabilities;
  /** Starts the agent's process when it is not running, and opens a new thread. */
  open(options: ThreadOptions): Promise<Result<Thread>>;
  /** Takes up a thread of an earlier process. `NOT_FOUND` when the agent no longer has it. */
  resume(threadId: string, options: ThreadOptions): Promise<Result<Thread>>;
  /** A new thread that remembers what `threadId` said so far. */
  fork(threadId: string, options: ThreadOptions): Promise<Result<Thread>>;
  /** The process and the command line behind it, for `cox doctor` and for reaping after a crash. */
  processes(): readonly AgentProcess[];
  /** Ends the process and all it started. Threads end with `lost`, and the next one opened starts a new process. */
  restart(): Promise<void>;
  /** Ends the process and all it started, for good. Threads end with `lost`. */
  close(): Promise<void>;
}

export interface AgentProcess {
  readonly pid: number;
  readonly program: string;
}

export interface Thread {
  readonly id: string;
  /** Set by `resume` and `fork`: what the agent remembers. */
  readonly history: readonly PastTurn[];
  /**
   * Opens a turn. Idempotent by `clientId`: sending the same again answers with the turn that exists.
   * `schema` (JSON Schema) asks for a structured last message where the agent can.
   */
  send(
    words: string,
    clientId: string,
    schema?: Readonly<Record<string, unknown>>,
  ): Promise<Result<{ readonly agentTurnId: string }>>;
  /** Adds words to the running turn. `CONFLICT` when `agentTurnId` is not running any more. */
  steer(words: string, agentTurnId: string, clientId: string): Promise<Result<void>>;
  /** Ends the running turn and the command it runs. Nothing running is success. */
  interrupt(): Promise<Result<void>>;
  /** Answers a request by the id its event carried. `NOT_FOUND` when it is no longer waiting. */
  answer(requestKey: string, decision: Decision): Promise<Result<void>>;
  /** Ends with a `lost` event when the process dies, or silently after `close`. One reader. */
  readonly events: AsyncIterable<AgentEvent>;
  close(): Promise<void>;
}

/** An item as an agent tells it; the fleet adds where it belongs. `id` is unique in the thread and stable over upserts. */
export interface AgentItem {
  readonly id: string;
  readonly body: ItemBody;
  readonly ended: boolean;
  readonly truncated: boolean;
}

/** What happens in a thread, in words that hold for every agent. */
export type AgentEvent =
  | { readonly kind: "turn-started"; readonly agentTurnId: string }
  | { readonly kind: "item"; readonly item: AgentItem }
  /** Streamed text of an item that has not ended; `item` replaces it. */
  | { readonly kind: "delta"; readonly itemId: string; readonly text: string }
  | { readonly kind: "plan"; readonly steps: readonly PlanStep[] }
  /** Running totals of the thread. */
  | { readonly kind: "usage"; readonly tokens: Tokens; readonly contextWindow?: number }
  | { readonly kind: "rate-limits"; readonly limits: readonly RateLimit[] }
  | { readonly kind: "request"; readonly requestKey: string; readonly body: RequestBody }
  | { readonly kind: "request-gone"; readonly requestKey: string }
  | { readonly kind: "compacted" }
  /** A failure inside the turn. With `willRetry` the agent goes on by itself. */
  | { readonly kind: "error"; readonly problem: Problem; readonly willRetry: boolean }
  | {
      readonly kind: "turn-ended";
      readonly agentTurnId: string;
      readonly outcome: TurnOutcome;
      readonly problem?: Problem;
      readonly structured?: unknown;
    }
  | { readonly kind: "lost"; readonly problem: Problem };
