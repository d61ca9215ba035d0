import os from "node:os";
import { fail, type Result } from "../contract/errors.ts";
import type { FleetState, Workstream } from "../contract/states.ts";
import type { Terminal, TerminalGrid } from "../contract/terminals.ts";
import type { EngineOptions } from "./engine.ts";
import { asNode, terminalEnv } from "./environment.ts";
import { workstreamEnv } from "./fleet/workstream-env.ts";
import { createTerminals, type Terminals } from "./terminals/terminals.ts";

/** The terminals as the doors have them: opened by workstream. */
export interface TerminalDesk extends Omit<Terminals, "open" | "end" | "endOf" | "atWork"> {
  open(id: string, grid: TerminalGrid, another: boolean): Promise<Result<Terminal>>;
}

/** The human's shells in worktrees; nothing is started before the first is opened. */
export function openTerminals(
  { programs, env, log }: Pick<EngineOptions, "programs" | "env" | "log">,
  newId: () => string,
): Terminals {
  return createTerminals({
    program: { node: process.execPath, file: programs.terminalKeeper, env: { ...terminalEnv(env), ...asNode } },
    newId,
    now: Date.now,
    log,
  });
}

/** Opens a terminal where a workstream has its worktree, with what its hooks are told of it. */
export function createTerminalDesk(
  terminals: Terminals,
  { home, env, state }: Pick<EngineOptions, "home" | "env"> & { readonly state: () => FleetState },
): TerminalDesk {
  return {
    ...terminals,
    async open(id, grid, another) {
      const row = state().workstreams[id];
      if (row === undefined) return fail("NOT_FOUND", `There is no workstream ${id}.`, "List them with `cox list`.");
      if (!hasFolder(row)) {
        return fail("CONFLICT", `${row.name} has no folder now.`, "It has one once it is prepared, or taken up again.");
      }
      const shell = shellOf(env);
      const told = { ...terminalEnv(env), ...workstreamEnv(row), SHELL: shell.file, COXSWAIN_HOME: home };
      return terminals.open(id, { ...shell, ...grid, folder: row.place.path, env: told }, another);
    },
  };
}

function hasFolder({ phase, place }: Workstream): boolean {
  return place.gitDir !== undefined && phase !== "paused" && phase !== "archived" && phase !== "deleting";
}

/** The human's own, as a login shell. */
function shellOf(env: EngineOptions["env"]): { readonly file: string; readonly args: readonly string[] } {
  if (process.platform === "win32") return { file: env["ComSpec"] ?? "cmd.exe", args: [] };
  return { file: os.userInfo().shell ?? env["SHELL"] ?? "/bin/sh", args: ["-l"] };
}
