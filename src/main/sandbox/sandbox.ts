import { constants } from "node:fs";
import { access, open, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fail, ok, type Problem, type Result } from "../../contract/errors.ts";
import type { CommandConfinement } from "../../contract/states.ts";
import { bubblewrapArgs, veilArgs, type HiddenPlace } from "./bubblewrap.ts";
import type { Command, Confines, Started } from "./confines.ts";
import { withLimits, type Limits } from "./limits.ts";
import { findPlaces } from "./places.ts";
import { runToEnd, type Outcome, type RunRequest } from "./run-to-end.ts";
import { seatbeltProfile } from "./seatbelt.ts";
import { isFiltered, seccompFilter, type FilteredMachine } from "./seccomp.ts";
import { startBubblewrap, startInGroup } from "./start.ts";

export interface SandboxDeps {
  readonly platform: NodeJS.Platform;
  /** As Node names it; on others than `x64` and `arm64` nothing is confined. */
  readonly machine: string;
  /** Where bwrap is looked for: the engine's own `PATH`. */
  readonly searchPath: string;
  /** A folder of its own, real and empty. */
  readonly folder: string;
  /** What no command may read: the engine's home, where people keep their secrets. Asked at each start; real paths. */
  readonly hidden: () => Promise<readonly string[]>;
  readonly limits: Required<Limits>;
}

/** Runs commands confined to what they are given, and says what holds them. */
export interface Sandbox {
  /** What holds what is confined; `none`: it runs with the rights of the user, and whoever shows it says so. */
  readonly confinement: CommandConfinement;
  /** What is missing for a better one, and how to get it. */
  readonly lacks: Problem | undefined;
  /** Resolves once it runs, and leaves nothing behind when it cannot. */
  start(command: Command, confines: Confines | "unconfined"): Promise<Result<Started>>;
  /** Runs it to its end, within limits. */
  run(request: RunRequest): Promise<Result<Outcome>>;
  /**
   * What goes before the command line of a program of ours that reads what authors write: of what no command may read it sees only
   * `shown` then, however a name is exchanged for a link while it looks. Nothing where there is no bubblewrap.
   */
  veil(shown: readonly string[]): Promise<readonly string[]>;
  /** Ends everything that was started. */
  close(): Promise<void>;
}

type Veil = Sandbox["veil"];
type Start = (command: Command, confines: Confines) => Promise<Result<Started>>;

/** How long what is still running has to end by itself when the engine ends, in milliseconds. */
const closingGraceMs = 1_000;

export async function createSandbox(deps: SandboxDeps): Promise<Sandbox> {
  const running = new Set<Started>();
  let closed = false;
  const means = await chooseMeans(deps);
  const free = unconfined(deps.limits);
  const start: Sandbox["start"] = async (command, confines) => {
    const started = await (confines === "unconfined" ? free(command) : means.start(command, confines));
    if (!started.ok) return started;
    // It may have been on its way.
    if (closed) await started.value.end(0);
    running.add(started.value);
    void started.value.ended.then(() => running.delete(started.value));
    return started;
  };
  return {
    confinement: means.confinement,
    lacks: means.lacks,
    start,
    run: (request) => runToEnd(start, request),
    veil: means.veil,
    async close() {
      closed = true;
      await Promise.all([...running].map((each) => each.end(closingGraceMs)));
    },
  };
}

interface Means {
  readonly confinement: CommandConfinement;
  readonly lacks: Problem | undefined;
  readonly start: Start;
  readonly veil: Veil;
}

const noVeil: Veil = () => Promise.resolve([]);

async function chooseMeans(deps: SandboxDeps): Promise<Means> {
  if (deps.platform === "darwin")
    return { confinement: "seatbelt", lacks: undefined, start: underSeatbelt(deps), veil: noVeil };
  const means = deps.platform === "linux" ? await tryBubblewrap(deps) : noMeans(deps.platform);
  if (means.ok) return { confinement: "bubblewrap", lacks: undefined, ...means.value };
  return { confinement: "none", lacks: means.error, start: unconfined(deps.limits), veil: noVeil };
}

/** Runs the real thing once: a kernel or an administrator may forbid what the program offers. */
async function tryBubblewrap(deps: SandboxDeps): Promise<Result<Pick<Means, "start" | "veil">>> {
  const { machine } = deps;
  if (!isFiltered(machine)) return noMeans(machine);
  const program = await findOnPath("bwrap", deps.searchPath);
  if (program === undefined) {
    return fail(
      "UNAVAILABLE",
      "There is no bubblewrap (`bwrap`) here, so nothing confines the commands of a project.",
      "Install it (Debian, Ubuntu: `apt install bubblewrap`; Fedora: `dnf install bubblewrap`) and start again.",
    );
  }
  const start = await underBubblewrap(program, machine, deps);
  const command: Command = { file: "/bin/sh", args: ["-c", ":"], folder: deps.folder, env: { PATH: deps.searchPath } };
  const tried = await start(command, {
    worktree: deps.folder,
    writable: [],
    readOnly: [],
    readable: [],
    network: "none",
  });
  if (!tried.ok) return tried;
  const late = setTimeout(() => void tried.value.end(0), tryLimitMs);
  const [said, exitCode] = await Promise.all([text(tried.value.stderr), tried.value.ended]);
  clearTimeout(late);
  if (exitCode === 0) return ok({ start, veil: veilOf(program, deps) });
  return fail(
    "UNAVAILABLE",
    "The bubblewrap of this machine cannot be used, so nothing confines the commands of a project.",
    "It needs version 0.8 or newer with `--bind-fd`, and a kernel that lets users make namespaces " +
      "(on Ubuntu see `sysctl kernel.apparmor_restrict_unprivileged_userns`).",
    said.trim().slice(-500),
  );
}

const tryLimitMs = 5_000;

function veilOf(program: string, { hidden }: SandboxDeps): Veil {
  return async (shown) => {
    const places = await Promise.all((await hidden()).map(lookAt));
    // An outer one would cover those within it that were laid before.
    const found = places.flat().sort((a, b) => a.path.length - b.path.length);
    return [program, ...veilArgs(found, shown)];
  };
}

async function lookAt(place: string): Promise<HiddenPlace[]> {
  const facts = await stat(place).catch(() => undefined);
  return facts === undefined ? [] : [{ path: place, isFolder: facts.isDirectory() }];
}

async function underBubblewrap(
  program: string,
  machine: FilteredMachine,
  { folder, hidden, limits }: SandboxDeps,
): Promise<Start> {
  const filters = { private: path.join(folder, "private.bpf"), shared: path.join(folder, "shared.bpf") };
  await Promise.all([
    writeFile(filters.private, seccompFilter(machine, { unixSockets: true })),
    writeFile(filters.shared, seccompFilter(machine, { unixSockets: false })),
  ]);
  return async (command, confines) => {
    const found = await findPlaces(confines, await hidden());
    if (!found.ok) return found;
    const filter = await open(confines.network === "full" ? filters.shared : filters.private);
    try {
      const { places } = found.value;
      const led = { file: "setsid", args: [command.file, ...command.args] };
      const inside = { ...withLimits(led, limits), folder: command.folder };
      const args = bubblewrapArgs(inside, confines.network, places, { info: 4, seccomp: 6, firstPlace: 7 });
      const shown = places.flatMap((place) => ("fd" in place ? [place.fd] : []));
      return await startBubblewrap({ file: program, args, env: command.env }, [filter.fd, ...shown]);
    } finally {
      await Promise.all([filter.close(), found.value.close()]);
    }
  };
}

const unconfined =
  ({ memory }: Limits) =>
  (command: Command) =>
    startInGroup({ ...withLimits(command, { memory }), env: command.env }, command.folder);

function underSeatbelt({ hidden, limits }: SandboxDeps): Start {
  return async (command, confines) => {
    const profile = seatbeltProfile(confines, await hidden());
    const { file, args } = withLimits(command, { memory: limits.memory });
    const program = { file: "/usr/bin/sandbox-exec", args: ["-p", profile, file, ...args], env: command.env };
    return startInGroup(program, command.folder);
  };
}

async function findOnPath(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(path.delimiter).filter((each) => path.isAbsolute(each))) {
    const file = path.join(folder, name);
    const there = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return file;
  }
  return undefined;
}

function noMeans(platform: string): Result<never> {
  return fail(
    "UNAVAILABLE",
    `On ${platform} nothing confines the commands of a project.`,
    "Open only projects whose commands you would run yourself, or let the engine run on Linux or macOS.",
  );
}
