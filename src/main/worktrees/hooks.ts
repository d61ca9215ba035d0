import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { fail, ok, type Result } from "../../contract/errors.ts";

export interface HookRequest {
  /** Such as `after_create`; only for what people read. */
  readonly name: string;
  /** Run by `sh -c`. */
  readonly script: string;
  readonly cwd: string;
  /** The whole environment the hook sees. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Characters handed to `onOutput` before the rest is only counted; default one million. */
  readonly maxOutput?: number;
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** How a hook ended; whether that is a failure is for the caller to say. */
export interface HookOutcome {
  /** Null when it was ended by a signal. */
  readonly exitCode: number | null;
  readonly ended: "by itself" | "timed out" | "cancelled";
  /** The last of what it printed, standard output and error together. */
  readonly tail: string;
  readonly characters: number;
}

export type HookProcess = ChildProcessByStdio<null, Readable, Readable>;

/** Starts a command as the leader of a process group of its own. A sandbox hands in one that confines it as well. */
export type StartInGroup = (command: {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}) => HookProcess;

export const startInGroup: StartInGroup = ({ file, args, cwd, env }) =>
  spawn(file, args, { cwd, env: { ...env }, detached: true, stdio: ["ignore", "pipe", "pipe"] });

const tailCharacters = 16_000;
const graceMs = 2_000;
/** How long the pipes may stay open after the group was killed, held by a process that left it. */
const drainMs = 500;

/**
 * Runs a project's set-up or tear-down script with limits on time and output. When it is over, by whatever way, so is
 * everything in its process group.
 */
export function runHook(request: HookRequest, start: StartInGroup = startInGroup): Promise<Result<HookOutcome>> {
  if (request.signal?.aborted === true) {
    return Promise.resolve(ok({ exitCode: null, ended: "cancelled", tail: "", characters: 0 }));
  }
  return new Promise((resolve) => {
    const child = start({ file: "/bin/sh", args: ["-c", request.script], cwd: request.cwd, env: request.env });
    const output = gather(child, request);
    let ended: HookOutcome["ended"] = "by itself";

    function end(how: HookOutcome["ended"]): void {
      if (ended !== "by itself") return;
      ended = how;
      signalGroup(child, "SIGTERM");
      const kill = setTimeout(() => signalGroup(child, "SIGKILL"), graceMs);
      child.once("exit", () => clearTimeout(kill));
    }

    const timer = setTimeout(() => end("timed out"), request.timeoutMs);
    const cancel = () => end("cancelled");
    request.signal?.addEventListener("abort", cancel, { once: true });

    function settle(result: Result<HookOutcome>): void {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", cancel);
      resolve(result);
    }

    child.once("error", (error) => settle(couldNotStart(request, error)));
    child.once("exit", (exitCode) => {
      signalGroup(child, "SIGKILL");
      const close = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, drainMs);
      child.once("close", () => {
        clearTimeout(close);
        settle(ok({ exitCode, ended, ...output() }));
      });
    });
  });
}

function gather(child: HookProcess, { onOutput, maxOutput = 1_000_000 }: HookRequest) {
  let tail = "";
  let characters = 0;
  function take(text: string): void {
    const room = maxOutput - characters;
    if (room > 0 && text !== "") onOutput?.(text.slice(0, room));
    characters += text.length;
    tail = (tail + text).slice(-tailCharacters);
  }
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder("utf8");
    stream.on("data", (bytes: Buffer) => take(decoder.write(bytes)));
  }
  return () => ({ tail, characters });
}

function signalGroup(child: HookProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

function couldNotStart({ name, cwd }: HookRequest, error: Error): Result<never> {
  return fail(
    "UNAVAILABLE",
    `The hook ${name} could not be started in ${cwd}.`,
    "Check that the folder exists.",
    error,
  );
}
