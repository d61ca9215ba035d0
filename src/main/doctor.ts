import { statfs } from "node:fs/promises";
import type { PoolStatus } from "../contract/pool.ts";
import type { CodexProgram } from "./codex.ts";
import type { Git } from "./git/git.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";

/** One thing that was looked at; `next` says how to mend it. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warning" | "missing";
  readonly says: string;
  readonly next?: string;
}

export interface DoctorDeps {
  readonly home: string;
  readonly git: Git;
  readonly damaged: readonly { readonly table: string; readonly id: string; readonly why: string }[];
  readonly sandbox: Pick<Sandbox, "confinement" | "lacks">;
  readonly pools: readonly (PoolStatus & { readonly project: string })[];
  readonly codex: Pick<CodexProgram, "find" | "missingLogin">;
}

/** Looks at what the engine rests on, and says of each thing how it is and what mends it. */
export async function examine(deps: DoctorDeps): Promise<Check[]> {
  const [git, codex, disk] = await Promise.all([checkGit(deps), checkCodex(deps), checkDisk(deps.home)]);
  return [
    { name: "node", state: "ok", says: `Node ${process.versions.node}` },
    git,
    codex,
    checkSandbox(deps.sandbox),
    ...(process.getuid?.() === 0 ? [asRoot] : []),
    { name: "home", state: "ok", says: deps.home },
    disk,
    ...deps.pools.map(checkPool),
    ...deps.damaged.map(({ table, id, why }): Check => ({
      name: "database",
      state: "warning",
      says: `Row ${id} of ${table} is damaged and left alone: ${why}`,
      next: `Its worktree is untouched. Restore coxswain.db from a backup, or go on without it.`,
    })),
  ];
}

function checkPool(pool: PoolStatus & { readonly project: string }): Check {
  const { project, ready, wanted, bytes, base, lastRefill, waiting } = pool;
  const size = `${Math.round(bytes / 1024 ** 2)} MiB`;
  const cost = lastRefill === undefined ? "" : `; the last took ${Math.round(lastRefill.cpuMs)} ms of CPU`;
  const says = `${ready} of ${wanted} ready for ${project} at ${base}, ${size}${cost}`;
  if (waiting !== "a full disk") return { name: "warm worktrees", state: "ok", says };
  return {
    name: "warm worktrees",
    state: "warning",
    says: `${says}; no more are made while the disk is this full`,
    next: "Free some disk, or set `coxswain.warm_worktrees: 0` in WORKFLOW.md; starts then take longer.",
  };
}

async function checkGit({ git, home }: DoctorDeps): Promise<Check> {
  const version = await git.version(home);
  if (!version.ok) return { name: "git", state: "missing", says: version.error.message, next: version.error.next };
  return { name: "git", state: "ok", says: `git ${version.value}` };
}

async function checkCodex({ codex }: DoctorDeps): Promise<Check> {
  const found = await codex.find();
  if (!found.ok) return { name: "codex", state: "missing", says: found.error.message, next: found.error.next };
  const says = `${found.value.version} at ${found.value.program}`;
  const login = await codex.missingLogin(found.value);
  if (login === undefined) return { name: "codex", state: "ok", says };
  return { name: "codex", state: "warning", says: `${says}, not logged in`, next: `Log it in: ${login}` };
}

/** What holds the commands of a project; an author's own are held by its agent. */
function checkSandbox({ confinement, lacks }: DoctorDeps["sandbox"]): Check {
  const name = "commands";
  if (lacks === undefined)
    return { name, state: "ok", says: `a project's own commands are confined by ${confinement}` };
  return { name, state: "warning", says: [lacks.message, lacks.cause ?? ""].join(" ").trim(), next: lacks.next };
}

const asRoot: Check = {
  name: "user",
  state: "warning",
  says: "the engine runs as root: Codex's sandbox leaves the kernel's settings writable, and processes are not counted",
  next: "Run it as an ordinary user (docs/confinement.md).",
};

/** Below this, worktrees and the database are about to fail. */
const littleDisk = 2 * 1024 ** 3;

async function checkDisk(home: string): Promise<Check> {
  const { bavail, bsize } = await statfs(home);
  const free = bavail * bsize;
  const says = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
  if (free > littleDisk) return { name: "disk", state: "ok", says };
  return {
    name: "disk",
    state: "warning",
    says,
    next: "Free some: archived worktrees below the home are the usual cause.",
  };
}
