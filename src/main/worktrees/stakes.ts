import { lstat, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { problem, type Problem } from "../../contract/errors.ts";
import { livingIn, type Resident } from "./living-in.ts";
import type { Project } from "./project.ts";
import type { Vault } from "./vault.ts";
import { walk } from "./walk.ts";

/** A worktree that is to go. */
export interface Place {
  readonly project: Project;
  readonly workstreamId: string;
  /** As `create` answered it. */
  readonly path: string;
  readonly adminDir: string;
  /** What the workstream is called; typed to confirm that it goes. Its folder may be called otherwise. */
  readonly name: string;
  /** One line of what people need to find it again in the vault. */
  readonly about: string;
}

/** What would go with a worktree, and what of it the vault holds. */
export interface Stakes {
  readonly kind: "stakes";
  /** Names of what is not committed; the vault has it if there is a snapshot. */
  readonly uncommitted: readonly string[];
  /** What git is in the middle of, such as `a merge`; the vault has it too. */
  readonly underWay?: string;
  /** Whether a pause put away uncommitted work that is not back; the vault has that as well. */
  readonly paused: boolean;
  /** Names of what the vault cannot hold: repositories within, and what may not be read. */
  readonly unheld: readonly string[];
  /** Processes that work in it. */
  readonly residents: readonly Resident[];
  /** Its size on disk, and how much of that git ignores and a set-up makes anew. */
  readonly bytes: number;
  readonly ignoredBytes: number;
  /** In the vault, under no name yet. */
  readonly snapshot?: string;
  /** Why the vault does not have it all. */
  readonly trouble?: Problem;
}

/**
 * Copies what a worktree holds to the vault, and looks at what that leaves out. `where` is where it lies at the moment.
 * A folder that is gone has nothing at stake but its commits.
 */
export async function findStakes(vault: Vault, place: Place, where: string): Promise<Stakes> {
  const { project, workstreamId, adminDir } = place;
  const isAdmin = await isAdminDir(project, adminDir);
  const work = { project, workstreamId };
  // Only its head is asked for, which needs no work tree.
  const kept = await vault.keep(isAdmin ? { ...work, at: { path: project.root, gitDir: adminDir } } : work);
  const paused = await vault.holdsPaused(work);
  const nothing: Stakes = {
    kind: "stakes",
    uncommitted: [],
    paused: paused.ok && paused.value,
    unheld: [],
    residents: [],
    bytes: 0,
    ignoredBytes: 0,
    ...(paused.ok ? {} : { trouble: paused.error }),
  };
  const found = await lstat(where).catch(() => undefined);
  if (found === undefined) return kept.ok ? nothing : { ...nothing, trouble: kept.error };
  if (!found.isDirectory()) return { ...nothing, trouble: noFolder(where) };
  const residents = await livingIn(where);
  if (isAdmin && kept.ok && (await isUnfinished(adminDir))) return { ...nothing, residents };
  if (!isAdmin || !kept.ok) return { ...nothing, residents, trouble: kept.ok ? noAdminDir(place) : kept.error };
  const taken = await vault.snapshot({ ...work, at: { path: where, gitDir: adminDir } }, place.about);
  if (!taken.ok) return { ...nothing, residents, trouble: taken.error };
  const { uncommitted, underWay, files, ignored, commit } = taken.value;
  const walked = await walk(where, { held: files, ignored });
  const modules = await readdir(path.join(adminDir, "modules")).catch((): string[] => []);
  return {
    ...nothing,
    uncommitted,
    ...(underWay === undefined ? {} : { underWay }),
    unheld: [...walked.unheld, ...modules.map((name) => `submodule ${name}`)],
    residents,
    bytes: walked.bytes,
    ignoredBytes: walked.ignoredBytes,
    snapshot: commit,
  };
}

/** Git's own mark on a worktree whose checkout never ended: nobody has worked there, and what is missing was never written. */
async function isUnfinished(adminDir: string): Promise<boolean> {
  return (await readFile(path.join(adminDir, "locked"), "utf8").catch(() => "")).trim() === "initializing";
}

async function isAdminDir({ commonDir }: Project, adminDir: string): Promise<boolean> {
  const found = await lstat(adminDir).catch(() => undefined);
  return found?.isDirectory() === true && path.dirname(adminDir) === path.join(commonDir, "worktrees");
}

/** Why a worktree may not be deleted; undefined when nothing would be lost. Processes that work in it are never overruled. */
export function whyNotDelete({ name }: Place, stakes: Stakes, confirmed: boolean): Problem | undefined {
  if (stakes.residents.length > 0) return livedIn(name, stakes.residents);
  const { uncommitted, underWay, paused, unheld, trouble } = stakes;
  const nothing = uncommitted.length + unheld.length === 0 && underWay === undefined && !paused;
  if (confirmed || (trouble === undefined && nothing)) return undefined;
  if (trouble !== undefined) {
    return problem(
      trouble.code,
      `It is not proven that nothing of ${name} would be lost. ${trouble.message}`,
      `${trouble.next} Or confirm with the name ${name}: then what the vault does not have is gone for good.`,
      trouble.cause,
    );
  }
  const parts = [
    ...(uncommitted.length > 0 ? [`uncommitted work (${some(uncommitted)})`] : []),
    ...(underWay === undefined ? [] : [`${underWay} that has not ended`]),
    ...(paused ? ["what was not committed when it was paused"] : []),
    ...(unheld.length > 0 ? [`what the vault cannot hold (${some(unheld)})`] : []),
  ];
  const rest = unheld.length > 0 ? "the vault keeps what it can hold" : "the vault keeps it";
  return problem(
    "CONFLICT",
    `${name} still has ${parts.join(" and ")}.`,
    `Commit or remove it; or confirm with the name ${name}: ${rest} for thirty days.`,
  );
}

/** Why a worktree cannot be paused; undefined when all of it can be had back. */
export function whyNotPause({ name }: Place, stakes: Stakes): Problem | undefined {
  const { residents, unheld, trouble } = stakes;
  if (residents.length > 0) return livedIn(name, residents);
  if (trouble !== undefined) return trouble;
  if (unheld.length === 0) return undefined;
  return problem(
    "CONFLICT",
    `${name} has what the vault cannot hold: ${some(unheld)}.`,
    "Move it elsewhere or remove it, then pause again; or leave the workstream stopped.",
  );
}

function livedIn(name: string, residents: readonly Resident[]): Problem {
  const shown = residents.slice(0, 5).map((resident) => `${resident.name} (${resident.pid})`);
  return problem("CONFLICT", `Processes work in ${name}: ${shown.join(", ")}.`, "End them, then try again.");
}

/** Names as people read them: bytes came as latin1. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => Buffer.from(name, "latin1").toString());
  const more = names.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function noFolder(where: string): Problem {
  return {
    code: "CONFLICT",
    message: `${where} is no folder any more.`,
    next: "Look at what stands there; put the worktree back if it was moved.",
  };
}

function noAdminDir({ adminDir }: Place): Problem {
  return {
    code: "CONFLICT",
    message: `Git no longer knows this worktree: ${adminDir} is gone.`,
    next: "Copy what you need of its files by hand.",
  };
}
