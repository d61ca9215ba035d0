import type { Commands, RunningCommand } from "./run-command.ts";
import type { TurnPace } from "./pacing.ts";
import type { WireItem } from "./items.ts";
import type { TokenTotals } from "./thread-store.ts";

/** How a turn ended. `error` is set exactly when it failed. */
export type TurnEnd =
  | { readonly status: "completed" | "interrupted" }
  | { readonly status: "failed"; readonly error: string };

export type ApprovalDecision = "accept" | "acceptForSession" | "decline" | "cancel";

/** What the steps of one turn act on. Every wait on it ends early when the turn is interrupted. */
export interface Stage {
  readonly folder: string;
  /** The whole environment of the commands. */
  readonly env: Readonly<Record<string, string>>;
  readonly toolsUrl: string | undefined;
  readonly policy: string;
  /** What the human allowed for the rest of the thread: commands, word for word, and `edits`. */
  readonly allowed: Set<string>;
  readonly pace: TurnPace;
  readonly commands: Commands;
  /** Aborted when the turn is interrupted. */
  readonly signal: AbortSignal;
  /** Unix time in milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
  newItemId(): string;
  started(item: WireItem): Promise<void>;
  completed(item: WireItem): Promise<void>;
  /** Sends a notification; the thread's and the turn's id are added. Pending while the reader is slow. */
  notify(method: string, params: Readonly<Record<string, unknown>>): Promise<void>;
  /** Asks the client. Undefined when there is no usable answer, or none any more. */
  request(
    method: string,
    flag: "waitingOnApproval" | "waitingOnUserInput",
    params: Readonly<Record<string, unknown>>,
  ): Promise<unknown>;
  said(text: string): Promise<void>;
  addUsage(used: TokenTotals): Promise<void>;
  /** Remembers a command, so that one that outlives its turn can be cleaned away. */
  watch(running: RunningCommand): void;
  /** From here on interrupts are ignored. */
  refuseToEnd(): void;
  /** Whether this step crashed the program before; remembers that it now does. */
  crashOnce(step: string): Promise<void>;
  /** The words of the oldest steer nobody took up yet. */
  nextSteer(): string | undefined;
  steered(): Promise<void>;
}

/** Resolves when the signal is aborted, at once when it is already. */
export function untilAborted(signal: AbortSignal): Promise<"cut"> {
  if (signal.aborted) return Promise.resolve("cut");
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve("cut"), { once: true }));
}
