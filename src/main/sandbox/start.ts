import { spawn, type ChildProcess } from "node:child_process";
import { open, readdir, readFile } from "node:fs/promises";
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
 * Starts a program in a group of its own, which ends when the program does, or this process. A shell beside it sees to the
 * latter: the pipe it reads breaks. (That bwrap can die with its parent is not enough: until it has set everything up, its
 * processes do not.) The shell outlives a SIGTERM, so that the program may take its time, and has no word in what that prints:
 * 5 keeps the program's own standard error meanwhile.
 */
const watched = [
  "trap : TERM INT HUP",
  "{ trap '' TERM INT HUP; read -r _; kill -KILL 0; } <&3 >/dev/null 2>&1 4>&- &",
  "exec 5>&2 2>/dev/null 3<&-",
  '"$@" 2>&5 5>&-',
  "exit $?",
].join("\n");

/** Starts a program that nothing else confines. */
export function startInGroup(program: Program, folder: string): Promise<Result<Started>> {
  return begin(program, folder, ["pipe", "ignore", "ignore"], (child) => () => signalGroup(child.pid, "SIGTERM"));
}

/**
 * Starts bwrap. It finds the file descriptors that are `handed` as 6, 7, …; 4 is where it tells which process is the first
 * of the sandbox. That one stays in the group, and nothing in the sandbox outlives it.
 */
export function startBubblewrap(program: Program, handed: readonly number[]): Promise<Result<Started>> {
  return begin(program, "/", ["pipe", "pipe", "ignore", ...handed], (child) => {
    const info = child.stdio[4];
    const first = info instanceof Readable ? readFirst(info) : Promise.resolve(undefined);
    return () => void first.then((pid) => (child.exitCode === null ? signalChildren(pid, "SIGTERM") : undefined));
  });
}

const infoSchema = z.object({ "child-pid": z.number().int().positive() });

/** The first process of the sandbox, which is the parent of the command. */
async function readFirst(info: Readable): Promise<number | undefined> {
  let said = "";
  for await (const text of info.setEncoding("utf8")) {
    said += String(text);
    if (!said.trimEnd().endsWith("}")) continue;
    return infoSchema.safeParse(JSON.parse(said)).data?.["child-pid"];
  }
  return undefined;
}

/** Each of them leads a group: `setsid` sees to that. */
async function signalChildren(pid: number | undefined, signal: NodeJS.Signals): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  for (const child of children.split(" ").filter((each) => each !== "")) signalGroup(Number(child), signal);
}

async function begin(
  { file, args, env }: Program,
  folder: string,
  further: readonly ("pipe" | "ignore" | number)[],
  askerOf: (child: ChildProcess) => () => void,
): Promise<Result<Started>> {
  const nothing = await open("/dev/null");
  try {
    const covered = coverInherited(3 + further.length, await inherited(), nothing.fd);
    const stdio = ["pipe" as const, "pipe" as const, "pipe" as const, ...further, ...covered];
    const shell = ["-c", watched, "sh", file, ...args];
    const child = spawn("/bin/sh", shell, { cwd: folder, env: { ...env }, detached: true, stdio });
    return await begun(child, file, folder, askerOf(child));
  } finally {
    await nothing.close();
  }
}

/** What this process was handed when it began and a program it starts would have too: Node closes only what it opened itself. */
async function inherited(): Promise<number[]> {
  const names = await readdir("/proc/self/fdinfo").catch(() => []);
  const closedOnStart = 0o2000000;
  const found = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(`/proc/self/fdinfo/${name}`, "utf8").catch(() => "");
      const flags = /^flags:\s*(\d+)$/m.exec(text)?.[1];
      return flags !== undefined && (Number.parseInt(flags, 8) & closedOnStart) === 0 ? [Number(name)] : [];
    }),
  );
  return found.flat();
}

/** Lays nothing over each of them from `first` on, as further entries of `stdio`. */
function coverInherited(first: number, found: readonly number[], nothing: number): ("ignore" | number)[] {
  const length = Math.max(first, ...found.map((fd) => fd + 1)) - first;
  return Array.from({ length }, (_, index) => (found.includes(first + index) ? nothing : "ignore"));
}

function begun(child: ChildProcess, file: string, folder: string, ask: () => void): Promise<Result<Started>> {
  const kill = () => signalGroup(child.pid, "SIGKILL");
  return new Promise((resolve) => {
    const ended = ending(child, kill);
    child.once("error", (error) => {
      resolve(fail("UNAVAILABLE", `${file} could not be started in ${folder}.`, "Check that both exist.", error));
    });
    child.once("spawn", () => {
      const [stdin, stdout, stderr] = child.stdio;
      if (stdin === null || stdout === null || stderr === null) throw new Error("A pipe is missing.");
      // A command that reads nothing, or has ended, is no failure of ours.
      stdin.on("error", () => undefined);
      async function end(graceMs: number): Promise<number | null> {
        ask();
        const last = setTimeout(kill, graceMs);
        const exitCode = await ended;
        clearTimeout(last);
        return exitCode;
      }
      resolve(ok({ stdin, stdout, stderr, ended, end }));
    });
  });
}

/** Resolves once the group is gone and both streams have ended. */
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

function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // The group is gone already.
  }
}
