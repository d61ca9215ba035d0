import type { Check } from "../../contract/check.ts";
import type { PoolStatus } from "../../contract/pool.ts";
import type { FleetState } from "../../contract/states.ts";
import type { CodexProgram } from "../codex.ts";
import type { DiskMeasure } from "../disk-use.ts";
import type { Git } from "../git/git.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { bounded } from "./check.ts";
import { checkDisk, judgePool } from "./disk-checks.ts";
import { checkProjects, judgeDamage, judgeWorkstreams, judgeWorktrees, type Damage } from "./fleet-checks.ts";
import { checkHome } from "./home-checks.ts";
import { checkLeftovers } from "./leftovers.ts";
import { asRoot, checkCodex, checkGit, checkSandbox, judgeLoosened, nodeCheck } from "./program-checks.ts";

/** What a doctor looks at whether an engine runs or not. */
export interface MachineDeps {
  readonly home: string;
  readonly git: Pick<Git, "version" | "facts">;
  readonly codex: Pick<CodexProgram, "home" | "find" | "missingLogin">;
  readonly sandbox: () => Promise<Pick<Sandbox, "confinement" | "lacks">>;
  /** The engine's own `PATH`. */
  readonly searchPath: string;
  /** The process of the engine; absent when none runs. */
  readonly engine?: number;
}

export interface ExamineDeps extends MachineDeps {
  readonly state: () => FleetState;
  readonly damaged: readonly Damage[];
  readonly disk: Pick<DiskMeasure, "list" | "measure">;
  readonly pools: () => readonly (PoolStatus & { readonly project: string })[];
}

/** Looks at all at once, each within its time, and says of each thing how it is and what mends it. */
export async function examine(deps: ExamineDeps): Promise<Check[]> {
  const state = deps.state();
  const found = await Promise.all([
    ...lookAtMachine(deps),
    bounded("disk", () => checkDisk(deps.disk, state)),
    Promise.resolve([...judgeDamage(deps.damaged), ...judgeWorkstreams(state)]),
    ...lookAtFleet(deps, state),
    bounded("worktrees", async () => judgeWorktrees(await deps.disk.list(), state)),
    Promise.resolve(
      deps
        .pools()
        .filter(({ wanted }) => wanted > 0)
        .map(judgePool),
    ),
  ]);
  return found.flat();
}

/** One look for each thing, in the order in which they are told. */
export function lookAtMachine({
  home,
  git,
  codex,
  sandbox,
  searchPath,
  engine,
}: MachineDeps): Promise<readonly Check[]>[] {
  return [
    Promise.resolve([nodeCheck]),
    bounded("git", () => checkGit(git)),
    bounded("codex", () => checkCodex(codex, searchPath)),
    bounded("commands", async () => checkSandbox(await sandbox())),
    Promise.resolve(process.getuid?.() === 0 ? [asRoot] : []),
    bounded("home", () => checkHome(home)),
    bounded("processes", () => checkLeftovers(home, engine)),
  ];
}

export function lookAtFleet({ git }: Pick<MachineDeps, "git">, state: FleetState): Promise<readonly Check[]>[] {
  return [Promise.resolve(judgeLoosened(state)), checkProjects(git, state)];
}
