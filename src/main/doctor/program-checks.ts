import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import os from "node:os";
import type { Check } from "../../contract/check.ts";
import type { FleetState, Loosening } from "../../contract/states.ts";
import { shellWord } from "../../contract/shell-word.ts";
import { codexVersion, type FoundCodex } from "../agents/codex/find-codex.ts";
import type { CodexProgram } from "../codex.ts";
import type { Git } from "../git/git.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { wrong } from "./check.ts";

export const nodeCheck: Check = { name: "node", state: "ok", says: process.versions.node };

export async function checkGit(git: Pick<Git, "version">): Promise<Check[]> {
  const version = await git.version(os.tmpdir());
  return [version.ok ? judgeGit(version.value) : wrong("git", version.error, "missing")];
}

/** Since 2.45 git reads repositories whose branches are not kept as files, https://git-scm.com/docs/reftable */
export function judgeGit(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const readsReftable = major > 2 || (major === 2 && minor >= 45);
  const lacks = readsReftable ? "" : "; below 2.45 it cannot read repositories in the reftable format";
  return { name: "git", state: "ok", says: `${version}${lacks}` };
}

/** The program, its login, and whether its sandbox holds what it runs. */
export async function checkCodex(
  codex: Pick<CodexProgram, "home" | "find" | "missingLogin">,
  searchPath: string,
): Promise<Check[]> {
  const found = await codex.find();
  if (!found.ok) return [wrong("codex", found.error, "missing"), scriptedOnly];
  const [login, refusal] = await Promise.all([
    codex.missingLogin(found.value),
    tryCodexSandbox(found.value, codex.home, searchPath),
  ]);
  return [judgeCodex(found.value, login), judgeAuthors(refusal, refusal === undefined ? {} : await readKernel())];
}

export function judgeCodex({ version, program }: FoundCodex, login: string | undefined): Check {
  const says = `${version}, ${program}`;
  if (login !== undefined) {
    return { name: "codex", state: "warning", says: `${says}; not logged in`, next: login };
  }
  if (version === codexVersion || version === "given") return { name: "codex", state: "ok", says };
  const tested = `${says}; tested is ${codexVersion}`;
  if (version.localeCompare(codexVersion, "en", { numeric: true }) > 0)
    return { name: "codex", state: "ok", says: tested };
  return {
    name: "codex",
    state: "warning",
    says: `${tested}, and an older one may lack what confines it`,
    next: `npm install -g @openai/codex@${codexVersion}`,
  };
}

const sandboxMs = 8_000;

/**
 * Has Codex confine a program that does nothing. Why that failed; undefined when it works. It makes its helpers in the
 * folder, which must not lie in a temporary one.
 */
async function tryCodexSandbox(
  { program }: FoundCodex,
  folder: string,
  searchPath: string,
): Promise<string | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const env = { PATH: searchPath, CODEX_HOME: folder };
  return new Promise((resolve) => {
    const limits = { cwd: folder, env, timeout: sandboxMs, maxBuffer: 64_000, killSignal: "SIGKILL" as const };
    execFile(program, ["sandbox", "--", "/bin/sh", "-c", ":"], limits, (error, _stdout, stderr) => {
      resolve(error === null ? undefined : stderr.trim().split("\n").at(-1) || error.message);
    });
  });
}

const scriptedOnly: Check = {
  name: "authors",
  state: "ok",
  says: "those of the scripted agent are confined by nothing; Codex brings a sandbox of its own",
};

/** Settings by which a kernel keeps users from making namespaces; absent where it has no such setting. */
export interface KernelSettings {
  readonly appArmorRestricts?: string;
  readonly usersMayClone?: string;
}

async function readKernel(): Promise<KernelSettings> {
  const [appArmorRestricts, usersMayClone] = await Promise.all(
    ["apparmor_restrict_unprivileged_userns", "unprivileged_userns_clone"].map((name) =>
      readFile(`/proc/sys/kernel/${name}`, "utf8").then(
        (text) => text.trim(),
        () => undefined,
      ),
    ),
  );
  return {
    ...(appArmorRestricts === undefined ? {} : { appArmorRestricts }),
    ...(usersMayClone === undefined ? {} : { usersMayClone }),
  };
}

/** The command that lets users make namespaces; undefined where no setting that is known forbids it. */
export function unlockKernel({ appArmorRestricts, usersMayClone }: KernelSettings): string | undefined {
  if (appArmorRestricts === "1") return "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
  if (usersMayClone === "0") return "sudo sysctl -w kernel.unprivileged_userns_clone=1";
  return undefined;
}

export function judgeAuthors(refusal: string | undefined, kernel: KernelSettings): Check {
  const name = "authors";
  if (refusal === undefined) {
    return {
      name,
      state: "ok",
      says: "Codex confines them: own worktree and branches, no network; the scripted agent, nothing",
    };
  }
  return {
    name,
    state: "wrong",
    says: `Codex cannot confine their commands here, so each of them fails: ${refusal.slice(0, 300)}`,
    next: nextOfRefusal(refusal, kernel),
  };
}

function nextOfRefusal(refusal: string, kernel: KernelSettings): string {
  // It makes no helpers in a temporary folder.
  if (refusal.includes("execvp codex-linux-sandbox"))
    return "npm start -- --home PATH (one outside the temporary folder)";
  return unlockKernel(kernel) ?? "docs/confinement.md says what its sandbox needs of the system";
}

export async function checkSandbox(sandbox: Pick<Sandbox, "confinement" | "lacks">): Promise<Check[]> {
  return [judgeSandbox(sandbox, sandbox.lacks === undefined ? {} : await readKernel())];
}

/** What holds the commands of a project; an author's own are held by its agent. */
export function judgeSandbox(
  { confinement, lacks }: Pick<Sandbox, "confinement" | "lacks">,
  kernel: KernelSettings,
): Check {
  const name = "commands";
  if (lacks === undefined) return { name, state: "ok", says: `a project's own run confined by ${confinement}` };
  const told = wrong(name, lacks, "warning");
  const unlock = lacks.cause === undefined ? undefined : unlockKernel(kernel);
  return unlock === undefined ? told : { ...told, next: unlock };
}

const loosened: Readonly<Record<Loosening, string>> = {
  "no-confinement": "its authors' commands run with all your rights",
  "unconfined-commands": "its own commands run with all your rights",
};

/** What the human allowed beyond what the machine could hold. */
export function judgeLoosened({ projects }: Pick<FleetState, "projects">): Check[] {
  return Object.values(projects).flatMap(({ name, allowed = [] }) =>
    allowed.map((loosening): Check => ({
      name: loosening === "no-confinement" ? "authors" : "commands",
      state: "warning",
      says: `${name}: ${loosened[loosening]}, as you allowed`,
      next: `cox allow ${loosening} --project ${shellWord(name)} --end`,
    })),
  );
}

export const asRoot: Check = {
  name: "user",
  state: "warning",
  says: "the engine runs as root: authors and hooks may read what only root may, and their processes are not counted",
  next: "Run it as an ordinary user (docs/confinement.md)",
};
