import { spawn, type ChildProcessByStdio } from "node:child_process";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { createDrivers, type Drivers } from "./drivers.ts";
import { explainGit } from "./explain.ts";
import { hardening } from "./hardening.ts";
import { explainMissingFolder } from "./missing-folder.ts";

/** The work tree and git directory a command is about; both absolute, so that nothing in the work tree decides them. */
export interface Checkout {
  /** Top folder of the work tree, or the repository itself when it is bare. */
  readonly path: string;
  /** The repository's `.git`, or the admin directory (`.git/worktrees/<name>`) of a linked worktree. */
  readonly gitDir: string;
}

export interface GitCommand {
  readonly at: Checkout | { readonly path: string };
  readonly args: readonly string[];
  /** Further `-c name=value` settings. */
  readonly config?: readonly string[];
  /** Further environment, such as `GIT_INDEX_FILE`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; default one minute. */
  readonly timeoutMs?: number;
  /** Most bytes of standard output kept; default 32 MiB. */
  readonly maxBytes?: number;
  /** What happens above `maxBytes`: a `TOO_LARGE` failure (default), or the command is ended and its beginning kept. */
  readonly overflow?: "fail" | "truncate";
  /** Exit codes that are answers and not failures; default only 0. */
  readonly answers?: readonly number[];
  /** Nobody waits for it: it yields to everything else on the machine, and its CPU time is told. */
  readonly background?: boolean;
}

export interface GitOutput {
  readonly stdout: Buffer;
  readonly exitCode: number;
  readonly truncated: boolean;
  /** CPU milliseconds of git and what it started; only of what ran in the background. */
  readonly cpuMs?: number;
}

export interface GitRunner {
  readonly run: (command: GitCommand) => Promise<Result<GitOutput>>;
  /** Which programs a configuration would have git start for files; {@link run} keeps it from all of them. */
  readonly drivers: (at: GitCommand["at"]) => Promise<Result<Drivers>>;
  /** The environment git gets; everything else of the engine's own stays with the engine. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends every command still running. */
  close(): void;
}

/**
 * Verbs that take what lies in a work tree for content. They look at a name and then open it: an author that exchanges a file for a
 * link in between would have them read, and show or commit, what it may not read itself.
 */
const readsWorkTree: ReadonlySet<string> = new Set(["add", "diff", "grep", "hash-object", "status", "update-index"]);

/** Of what no author may read, the git whose command line this begins sees only `shown`, and what it always works with. */
export type Veil = (shown: readonly string[]) => Promise<readonly string[]>;

/** The work tree and the repository, which a user may keep in a place of secrets. */
function placesOf(at: GitCommand["at"]): string[] {
  return [at.path, ...("gitDir" in at ? [at.gitDir.replace(/[/\\]worktrees[/\\][^/\\]+$/, "")] : [])];
}

/** Verbs that look at refs and history only, whatever `.gitattributes` say. */
const readsNoFiles: ReadonlySet<string> = new Set([
  "config",
  "for-each-ref",
  "merge-base",
  "rev-list",
  "rev-parse",
  "symbolic-ref",
  "update-ref",
  "version",
]);

const passedOn = ["PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "SystemRoot", "USERPROFILE"];
const defaultMaxBytes = 32 * 1024 * 1024;
const maxStderrBytes = 64 * 1024;
/** How long git may clean up its lock files before it is killed outright. */
const graceMs = 1_000;

/**
 * Starts git with argument arrays, bytes in and out, and limits on time and output. Each command has its own process
 * group; an abort or a timeout ends the group and settles at once, without waiting for the last grandchild.
 */
export function createGitRunner(deps: {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What goes before a git that reads a work tree, so that it cannot be led to what no author may read. */
  readonly veil?: Veil;
}): GitRunner {
  const environment = gitEnvironment(deps.env);
  const ends = new Set<() => void>();
  let closed = false;
  const drivers = createDrivers({ query: begin, now: () => performance.now() });

  async function run(command: GitCommand): Promise<Result<GitOutput>> {
    if (readsNoFiles.has(verbOf(command))) return begin(command);
    const found = await drivers.in(command.at);
    if (!found.ok) return found;
    const veil = readsWorkTree.has(verbOf(command)) ? await deps.veil?.(placesOf(command.at)) : undefined;
    return closed ? cancelled() : begin({ ...command, env: { ...found.value.off, ...command.env } }, veil);
  }

  function begin(command: GitCommand, veil: readonly string[] = []): Promise<Result<GitOutput>> {
    if (command.signal?.aborted === true) return Promise.resolve(cancelled());
    let child: Child;
    try {
      child = start(command, environment, veil);
    } catch (thrown) {
      // Node throws at once what it takes for a mistake of ours, such as a folder that is a file.
      return explainSpawn(command, thrown);
    }
    return new Promise((resolve) => {
      const end = () => settle(cancelled(), true);
      const timer = setTimeout(() => settle(timedOut(command), true), command.timeoutMs ?? 60_000);
      const output = collect(child, command.maxBytes ?? defaultMaxBytes, () => {
        settle(command.overflow === "truncate" ? ok(output.soFar(true)) : tooLarge(command), true);
      });
      let settled = false;

      function settle(result: Result<GitOutput>, kill: boolean): void {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        command.signal?.removeEventListener("abort", end);
        ends.delete(end);
        if (kill) endGroup(child);
        resolve(result);
      }

      ends.add(end);
      command.signal?.addEventListener("abort", end, { once: true });
      child.once("error", (error) => {
        void explainSpawn(command, error).then((result) => settle(result, false));
      });
      child.once("close", (code, signal) => {
        if (child.pid !== undefined) settle(conclude(command, output, code, signal), false);
      });
    });
  }

  return {
    run,
    drivers: drivers.in,
    environment,
    close: () => {
      closed = true;
      for (const end of ends) end();
    },
  };
}

/** Nobody edits or answers here, and nothing is copied into new repositories. Each goes before the user's own setting. */
const unattended = { GIT_EDITOR: ":", GIT_SEQUENCE_EDITOR: ":", GIT_ASKPASS: "", GIT_TEMPLATE_DIR: "" };

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function start(command: GitCommand, environment: Readonly<Record<string, string>>, veil: readonly string[]): Child {
  const settings = [...hardening, ...(command.config ?? [])].flatMap((setting) => ["-c", setting]);
  const background = command.background === true;
  const [file = "", ...args] = [...(background ? inBackground : []), ...veil, "git", ...settings, ...command.args];
  const child = spawn(file, args, {
    cwd: command.at.path,
    env: { ...environment, ...unattended, ...placeEnvironment(command.at), ...command.env },
    detached: true,
    stdio: ["pipe", "pipe", "pipe", ...(background ? (["pipe"] as const) : [])],
  });
  // Git may exit before it has read everything; its exit code tells the story.
  child.stdin.on("error", () => undefined);
  child.stdin.end(command.stdin);
  return child;
}

/** A niced process also comes last at the disk. POSIX shells tell the time of what they started: times(1p). */
const inBackground = ["/bin/sh", "-c", 'nice -n 19 "$@"; code=$?; times >&3; exit $code', "git"];

/** The second line of `times` is about the children: `0m0.120s 0m0.310s`, user and system. */
function childrenMs(times: string): number {
  const line = times.trimEnd().split("\n").at(-1) ?? "";
  return [...line.matchAll(/(\d+)m([\d.,]+)s/g)].reduce(
    (sum, [, minutes, seconds = ""]) => sum + Number(minutes) * 60_000 + Number(seconds.replace(",", ".")) * 1_000,
    0,
  );
}

interface Output {
  soFar(truncated: boolean): GitOutput;
  errors(): string;
}

function collect(child: Child, maxBytes: number, overflowed: () => void): Output {
  const chunks: Buffer[] = [];
  const errors: Buffer[] = [];
  let size = 0;
  let errorSize = 0;
  let times: string | undefined;
  child.stdio[3]?.on("data", (chunk: Buffer) => {
    times = `${times ?? ""}${chunk.toString()}`.slice(-1_000);
  });
  child.stdout.on("data", (chunk: Buffer) => {
    if (size >= maxBytes) return;
    chunks.push(chunk.subarray(0, maxBytes - size));
    size += chunk.length;
    if (size > maxBytes) overflowed();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    if (errorSize >= maxStderrBytes) return;
    errors.push(chunk);
    errorSize += chunk.length;
  });
  return {
    soFar: (truncated) => ({
      stdout: Buffer.concat(chunks),
      exitCode: 0,
      truncated,
      ...(times === undefined ? {} : { cpuMs: childrenMs(times) }),
    }),
    errors: () => Buffer.concat(errors).toString(),
  };
}

function conclude(
  command: GitCommand,
  output: Output,
  code: number | null,
  signal: NodeJS.Signals | null,
): Result<GitOutput> {
  if (code === null) return explainGit(command.at.path, `git was ended by ${signal ?? "a signal"}`);
  if (!(command.answers ?? [0]).includes(code)) {
    const errors = output.errors();
    return explainGit(command.at.path, errors === "" ? `git ${verbOf(command)} exited with code ${code}` : errors);
  }
  return ok({ ...output.soFar(false), exitCode: code });
}

function endGroup(child: Child): void {
  const { pid } = child;
  child.stdout.destroy();
  child.stderr.destroy();
  if (pid === undefined || child.exitCode !== null) return;
  signalGroup(pid, "SIGTERM");
  const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs);
  child.once("exit", () => clearTimeout(timer));
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

function gitEnvironment(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const environment: Record<string, string> = {
    LANG: "C",
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_LITERAL_PATHSPECS: "1",
    // What a partial clone lacks may be fetched as usual; no `ext::`, and no program named after the start of an address.
    GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
    // A `.lfsconfig` in the tree says where smudging would download from.
    GIT_LFS_SKIP_SMUDGE: "1",
  };
  for (const name of passedOn) {
    const value = given[name];
    if (value !== undefined) environment[name] = value;
  }
  const { PATH } = environment;
  return PATH === undefined ? environment : { ...environment, PATH: absoluteOnly(PATH) };
}

/** Git is started in worktrees: a relative entry, or an empty one, would have it and its helpers taken from there. */
function absoluteOnly(searched: string): string {
  return searched
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .join(path.delimiter);
}

/** `GIT_DIR` for a known checkout; git then takes the working directory as the top of the work tree. */
export function placeEnvironment(at: GitCommand["at"]): Record<string, string> {
  return "gitDir" in at ? { GIT_DIR: at.gitDir } : {};
}

function verbOf({ args }: GitCommand): string {
  const [first = "", , ...rest] = args;
  return first === "-c" ? (rest[0] ?? "") : first;
}

function cancelled(): Result<never> {
  return fail("CANCELLED", "The git command was cancelled.", "Ask again if it is still wanted.");
}

function timedOut(command: GitCommand): Result<never> {
  return fail(
    "TIMED_OUT",
    `git ${verbOf(command)} took too long in ${command.at.path}.`,
    "Check the disk and whether another program holds the repository, then try again.",
  );
}

function tooLarge(command: GitCommand): Result<never> {
  return fail(
    "TOO_LARGE",
    `git ${verbOf(command)} said more than can be shown.`,
    "Ask about fewer paths or a single file.",
  );
}

async function explainSpawn(command: GitCommand, error: unknown): Promise<Result<never>> {
  const missing = await explainMissingFolder(command.at);
  return (
    missing ?? fail("UNAVAILABLE", "git could not be started.", "Install git 2.38 or newer and put it on PATH.", error)
  );
}
