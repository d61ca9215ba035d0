import type { Check } from "../../contract/check.ts";
import type { Result } from "../../contract/errors.ts";
import type { FleetState, Project, Workstream } from "../../contract/states.ts";
import type { Worktree, WorktreeList } from "../../contract/worktrees.ts";
import { shellWord } from "../../contract/shell-word.ts";
import type { RepositoryFacts } from "../git/facts.ts";
import type { Git } from "../git/git.ts";
import { bounded, wrong } from "./check.ts";

export interface Damage {
  readonly table: string;
  readonly id: string;
  readonly why: string;
}

/** Told anew by themselves. */
const replaced: ReadonlySet<string> = new Set(["attention", "rateLimits"]);

export function judgeDamage(damaged: readonly Damage[]): Check[] {
  return damaged
    .filter(({ table }) => !replaced.has(table))
    .map(({ table, id, why }): Check => ({
      name: "database",
      state: "wrong",
      says: `row ${id} of ${table} is damaged and left alone: ${why}`,
      next: nextOfDamage(table, id),
    }));
}

function nextOfDamage(table: string, id: string): string {
  const backup = "Or put a backup of the home in place: docs/home.md";
  if (table === "workstreams") {
    return `Its work is untouched: git branch --list ${shellWord(`cox/${id}/*`)} names its branches, cox start --base BRANCH goes on from one. ${backup}`;
  }
  if (table === "projects") return `cox open PATH, with the path of its repository. ${backup}`;
  if (table === "settings")
    return `It is at its default until it is set again: cox settings ${shellWord(id)} VALUE. ${backup}`;
  return `Say again what is missing: cox steer NAME "…". ${backup}`;
}

/** Workstreams that do not go on by themselves although nobody ended them. */
export function judgeWorkstreams({ workstreams }: Pick<FleetState, "workstreams">): Check[] {
  return Object.values(workstreams)
    .sort((a, b) => a.number - b.number)
    .flatMap((row) => judgeWorkstream(row) ?? []);
}

function judgeWorkstream({ number, name, frozen, phase, tombstone }: Workstream): Check | undefined {
  const says = (text: string): Pick<Check, "name" | "says"> => ({
    name: "workstream",
    says: `#${number} ${name} ${text}`,
  });
  if (frozen !== undefined) return { ...says(`is frozen: ${frozen}`), state: "wrong", next: `cox retry ${number}` };
  if (phase !== "deleting" || tombstone === undefined) return undefined;
  return {
    ...says(`has been deleted since ${new Date(tombstone.at).toISOString()}, and that has not ended yet`),
    state: "warning",
    next: `cox show ${number} says what holds it up; the next start of the engine tries again`,
  };
}

export async function checkProjects(git: Pick<Git, "facts">, { projects, workstreams }: FleetState): Promise<Check[]> {
  const used = new Set(Object.values(workstreams).flatMap((row) => (row.phase === "archived" ? [] : [row.projectId])));
  const looks = Object.values(projects).map((project) =>
    bounded("project", async () => judgeProject(project, await git.facts(project.root), used.has(project.id))),
  );
  return (await Promise.all(looks)).flat();
}

export function judgeProject(
  { name: project, root, gitDir, policy }: Pick<Project, "name" | "root" | "gitDir" | "policy">,
  facts: Result<Pick<RepositoryFacts, "commonDir" | "identity">>,
  /** Whether it has workstreams that are not put away. */
  isInUse: boolean,
): Check[] {
  const name = "project";
  if (!facts.ok) {
    const told = wrong(name, facts.error, isInUse ? "wrong" : "warning");
    const away = isInUse ? "archive its workstreams, then: " : "";
    const back = `If it was moved: mv ITS-FOLDER ${shellWord(root)}. If it is gone for good: ${away}cox close ${shellWord(root)}`;
    const next = facts.error.code === "NOT_FOUND" ? back : told.next;
    return [{ ...told, says: `${project}: ${told.says}`, ...(next === undefined ? {} : { next }) }];
  }
  const found: Check[] = [];
  if (facts.value.commonDir !== gitDir) {
    const says = `${project}: ${root} is another repository now; the one that was opened was ${gitDir}`;
    found.push({ name, state: "wrong", says, next: `Put that one back in its place, or: cox open ${shellWord(root)}` });
  }
  if (!facts.value.identity) {
    const says = `${project}: git does not know whom to attribute commits to, so authors commit as Coxswain author`;
    const at = `git -C ${shellWord(root)} config`;
    const next = `${at} user.name "Your Name" && ${at} user.email you@example.com`;
    found.push({ name, state: "warning", says, next });
  }
  if (policy.rejected !== undefined) {
    const { message, next } = policy.rejected;
    found.push({ name, state: "wrong", says: `${project}: its WORKFLOW.md is not taken: ${message}`, next });
  }
  return found.length > 0 ? found : [{ name, state: "ok", says: `${project}, ${root}` }];
}

/** What there is of worktrees that nobody can work in, or that nobody knows. */
export function judgeWorktrees({ worktrees, unlisted }: WorktreeList, state: FleetState): Check[] {
  const odd = worktrees.flatMap((worktree) => judgeWorktree(worktree, state) ?? []);
  // A project that cannot be asked is told by its own check.
  return unlisted.length > 0 || odd.length > 0
    ? odd
    : [
        {
          name: "worktrees",
          state: "ok",
          says: `${worktrees.length} in ${Object.keys(state.projects).length} projects`,
        },
      ];
}

function judgeWorktree(
  { path, state: standing, projectId, workstreamId, byHand }: Worktree,
  { projects, workstreams }: FleetState,
): Check | undefined {
  const name = "worktrees";
  const root = shellWord(projects[projectId]?.root ?? "");
  const row = workstreamId === undefined ? undefined : workstreams[workstreamId];
  if (standing === "missing" && row !== undefined) {
    const says = `the folder of #${row.number} ${row.name} is gone: ${path}`;
    // What was committed is on its branch and in the vault.
    const anew = byHand ? "" : `; else: cox retry ${row.number} makes it anew`;
    return { name, state: "wrong", says, next: `Put it back if you moved it${anew}` };
  }
  if (standing === "missing") {
    const says = `${path} is registered, but not there`;
    // What is on a disk that is not there at the moment would lose its index.
    return byHand ? undefined : { name, state: "warning", says, next: `git -C ${root} worktree prune` };
  }
  if (standing !== "unregistered") return undefined;
  return {
    name,
    state: "warning",
    says: `git does not know ${path}, which lies among the worktrees`,
    next: `Take what you need of it, then: rm -r ${shellWord(path)}`,
  };
}
