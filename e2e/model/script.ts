/** One tool call that the model makes. */
export type Call =
  | { readonly tool: string; readonly namespace?: string; readonly arguments: Readonly<Record<string, unknown>> }
  /** A tool that takes free text, as `apply_patch` does. */
  | { readonly tool: string; readonly input: string };

/** What the model answers to one request. A turn ends with the first step that calls nothing. */
export interface Step {
  readonly reasoning?: string;
  readonly text?: string;
  readonly calls?: readonly Call[];
  /** Before anything is streamed, in milliseconds. */
  readonly delayMs?: number;
  /** Between the words of streamed text, in milliseconds. */
  readonly chunkMs?: number;
  /** Answers with this HTTP status instead. */
  readonly status?: number;
  /** Cuts the connection before the answer is complete. */
  readonly drop?: boolean;
}

/** What a step can see; all but the two counts is read from the request, so that a restart of either side changes nothing. */
export interface StepContext {
  /** Counts the model's answers with calls in this turn, from 0. */
  readonly step: number;
  /** How often this very step was asked for before. */
  readonly attempt: number;
  /** How many requests the thread made before this one. */
  readonly earlier: number;
  /** The words that opened the turn. */
  readonly words: string;
  /** Words added while the turn ran. */
  readonly steers: readonly string[];
  /** What this turn's calls answered, oldest first. */
  readonly outputs: readonly string[];
  readonly turnId: string;
}

export type Script = (context: StepContext) => Step | undefined;

/** A script of fixed steps; a request beyond the last is unexpected. */
export function inOrder(...steps: readonly (Step | ((context: StepContext) => Step))[]): Script {
  return (context) => {
    const step = steps[context.step];
    return typeof step === "function" ? step(context) : step;
  };
}

export function shell(command: string, more: Readonly<Record<string, unknown>> = {}): Call {
  return { tool: "exec_command", arguments: { cmd: command, ...more } };
}

export function addFile(file: string, content: string): Call {
  const lines = content.split("\n").map((line) => `+${line}`);
  return {
    tool: "apply_patch",
    input: ["*** Begin Patch", `*** Add File: ${file}`, ...lines, "*** End Patch", ""].join("\n"),
  };
}

export function plan(...steps: readonly (readonly [string, "pending" | "in_progress" | "completed"])[]): Call {
  return { tool: "update_plan", arguments: { plan: steps.map(([step, status]) => ({ step, status })) } };
}

/** The first fenced block of the words, for scripts that do what they are told. */
export function fenced(words: string): string {
  return /```\n([\s\S]*?)\n```/.exec(words)?.[1] ?? "";
}
