import { spawn, type ChildProcess } from "node:child_process";
import { Readable } from "node:stream";
import { z } from "zod";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Started } from "./confines.ts";

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How long streams may stay open after everything was killed, held by a process that left its group. */
const drainMs = 500;

/**
 * Starts bwrap. It finds the file descriptors that are `handed` as 4, 5, …; 3 is where it tells which process leads the
 * sandbox.
 *
 * The kernel ends bwrap with the *thread* that started it: to be called on one that lives as long as the engine.
 */
export function startBubblewrap(program: Program, handed: readonly number[]): Promise<Result<Started>> {
  let leader: number | undefined;
  return begin(program, "/", ["pipe", ...handed], (child) => {
    const info = child.stdio[3];
    if (info instanceof Readable) void readLeader(info).then((pid) => (leader = pid));
    return {
      // The group it leads is that of the command. Itself, the first process of its namespace, it takes no notice.
      ask: () => (leader === undefined ? signalGroup(child.pid, "SIGKILL") : signalGroup(leader, "SIGTERM")),
      kill: () => signalGroup(child.pid, "SIGKILL"),
    };
  });
}

const infoSchema = z.object({ "child-pid": z.number().int().positive() });

async function readLeader(info: Readable): Promise<number | undefined> {
  try {
    const text = await info.setEncoding("utf8").toArray();
    return infoSchema.parse(JSON.parse(text.join("")))["child-pid"];
  } catch {
    return undefined;
  }
}

/**
 * Starts a program beside a shell that ends the whole group as soon as this process is gone: where the kernel does not do
 * it, a pipe that breaks tells. The shell outlives a SIGTERM, so that the program may take its time.
 */
export function startInGroup(program: Program, folder: string): Promise<Result<Started>> {
  const script = [
    "trap : TERM INT HUP",
    '"$@" <&0 3<&- &',
    "program=$!",
    "{ trap '' TERM INT HUP; read -r _; kill -KILL 0; } <&3 >/dev/null 2>&1 &",
    "exec 3<&- <&-",
    'wait "$program"; code=$?',
    'while kill -0 "$program" 2>/dev/null; do wait "$program"; code=$?; done',
    'exit "$code"',
  ].join("\n");
  const shell = { ...program, file: "/bin/sh", args: ["-c", script, "sh", program.file, ...program.args] };
  return begin(shell, folder, ["pipe"], (child) => ({
    ask: () => signalGroup(child.pid, "SIGTERM"),
    kill: () => signalGroup(child.pid, "SIGKILL"),
  }));
}

interface Signals {
  ask(): void;
  kill(): void;
}

function begin(
  { file, args, env }: Program,
  folder: string,
  further: readonly ("pipe" | number)[],
  signalsOf: (child: ChildProcess) => Signals,
): Promise<Result<Started>> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: folder,
      env: { ...env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe", ...further],
    });
    const { ask, kill } = signalsOf(child);
    const ended = ending(child, kill);
    child.once("error", (error) => {
      resolve(fail("UNAVAILABLE", `${file} could not be started in ${folder}.`, "Check that both exist.", error));
    });
    child.once("spawn", () => {
      const [stdin, stdout, stderr] = child.stdio;
      // A command that reads nothing, or has ended, is no failure of ours.
      stdin?.on("error", () => undefined);
      if (stdin === null || stdout === null || stderr === null) throw new Error("A pipe is missing.");
      resolve(ok({ stdin, stdout, stderr, ended, end: (graceMs) => end(graceMs, { ask, kill }, ended) }));
    });
  });
}

function ending(child: ChildProcess, kill: () => void): Promise<number | null> {
  return new Promise((resolve) => {
    child.once("exit", (exitCode) => {
      kill();
      const drained = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, drainMs);
      child.once("close", () => {
        clearTimeout(drained);
        resolve(exitCode);
      });
    });
  });
}

async function end(graceMs: number, { ask, kill }: Signals, ended: Promise<number | null>): Promise<number | null> {
  ask();
  const last = setTimeout(kill, graceMs);
  const exitCode = await ended;
  clearTimeout(last);
  return exitCode;
}

function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // The group is gone already.
  }
}
