import path from "node:path";
import type { ThreadParams } from "../appserver/agent.ts";
import type { Confinement, ThreadOptions } from "../agent.ts";
import type { CodexHome } from "./codex-home.ts";

/** The profile's name inside Codex; each thread defines its own under it. */
const profile = "cox";

/**
 * A thread's options in Codex's words. The worktree is named as the thread's environment and never as its `cwd`: Codex
 * trusts the project of a `cwd` and then runs the tool servers that the repository's own configuration names, outside
 * every sandbox (docs/agents-codex.md).
 */
export function threadParams(
  home: CodexHome,
  commandEnv: Readonly<Record<string, string>>,
  options: ThreadOptions,
): ThreadParams {
  const { folder } = options;
  const place = { environments: [{ environmentId: "local", cwd: folder }], runtimeWorkspaceRoots: [folder] };
  const common = {
    approvalPolicy: options.approvals,
    runtimeWorkspaceRoots: [folder],
    config: {
      ...permissions(home, folder, options.confinement),
      shell_environment_policy: { inherit: "none", set: { SHLVL: "1", ...commandEnv, ...options.env } },
      ...(options.tools === undefined ? {} : { mcp_servers: { cox: toolServer(options.tools.url) } }),
    },
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.instructions === undefined ? {} : { developerInstructions: options.instructions }),
  };
  return { start: { ...common, ...place }, again: { ...common, cwd: home.empty }, turn: place };
}

/** The verbs are safe to call: each checks the capability in its own URL. */
function toolServer(url: string) {
  return { url, default_tools_approval_mode: "approve" };
}

function permissions(home: CodexHome, folder: string, confinement: Confinement) {
  if (confinement.mode === "none") return { default_permissions: ":danger-full-access" };
  const filesystem = {
    ":root": "read",
    ...entries(outermost([...confinement.hidden, home.folder]), "none"),
    ...entries([...confinement.writable, ...unshielded(confinement.writable), folder], "write"),
    ...entries(confinement.readOnly, "read"),
    [path.join(folder, ".git")]: "read",
  };
  return { default_permissions: profile, permissions: { [profile]: { filesystem, network: { enabled: false } } } };
}

/**
 * Codex shields these names in every writable folder: one that does not exist is made for as long as a command runs. Threads
 * that write the same folder then take each other's away, and commands fail to start. The one folder that several threads
 * write is a repository's objects, where the names mean nothing; naming them writable there lifts the shield. (Lifting it
 * everywhere would cost each command a third more time.)
 */
const shielded = [".git", ".codex", ".agents", ".aws"];

function unshielded(writable: readonly string[]): readonly string[] {
  const shared = writable.filter((one) => path.basename(one) === "objects");
  return shared.flatMap((one) => shielded.map((name) => path.join(one, name)));
}

/** Codex cannot hide a folder inside one that is hidden already. */
function outermost(folders: readonly string[]): readonly string[] {
  const below = (one: string, other: string) => one !== other && one.startsWith(`${other}${path.sep}`);
  return folders.filter((one) => !folders.some((other) => below(one, other)));
}

function entries(paths: readonly string[], access: string): Record<string, string> {
  return Object.fromEntries(paths.map((one) => [one, access]));
}
