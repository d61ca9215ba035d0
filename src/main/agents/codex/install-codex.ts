import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { fail, ok } from "../../../contract/errors.ts";
import type { Result } from "../../../contract/errors.ts";
import { killGroup } from "../kill-group.ts";
import { codexVersion, findCodex } from "./find-codex.ts";
import type { FoundCodex } from "./find-codex.ts";

const installMs = 15 * 60_000;

export interface InstallCodexOptions {
  /** Receives `node_modules`; about 400 MB. */
  readonly folder: string;
  /** npm's environment: `PATH`, `HOME`, and what reaches the registry from here. */
  readonly env: Readonly<Record<string, string>>;
  /** What npm says, line by line. */
  readonly onProgress: (line: string) => void;
  /** Ends the installation; npm's whole process group is killed. */
  readonly signal?: AbortSignal;
}

/** Installs the pinned Codex from npm into `folder`, without running any install script. Asked for by the human, never done by itself. */
export async function installCodex(options: InstallCodexOptions): Promise<Result<FoundCodex>> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  options.onProgress(`Installing @openai/codex ${codexVersion} (about 400 MB) …`);
  const installed = await runNpm(options);
  if (!installed.ok) return installed;
  return findCodex({ path: "", installFolder: options.folder });
}

const cancelled = fail(
  "CANCELLED",
  "The installation of Codex was ended before it was done.",
  "Run `cox doctor --install codex` again.",
);

function runNpm({ folder, env, onProgress, signal }: InstallCodexOptions): Promise<Result<void>> {
  const args = [
    "install",
    "--prefix",
    folder,
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    `@openai/codex@${codexVersion}`,
  ];
  return new Promise((resolve) => {
    const child = spawn("npm", args, {
      cwd: folder,
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let tail = "";
    const kill = () => killGroup(child.pid);
    const end = setTimeout(kill, installMs);
    const settle = (result: Result<void>) => {
      clearTimeout(end);
      signal?.removeEventListener("abort", kill);
      resolve(result);
    };
    signal?.addEventListener("abort", kill);
    if (signal?.aborted === true) kill();
    const hear = (text: string) => {
      tail = (tail + text).slice(-4_000);
      for (const line of text.split("\n")) if (line.trim() !== "") onProgress(line.slice(0, 500));
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", hear);
    child.on("error", (error) => {
      settle(
        fail("UNAVAILABLE", "npm could not be run.", "Install Node.js with npm, or install Codex yourself.", error),
      );
    });
    child.on("exit", kill);
    child.on("close", (code) => {
      if (signal?.aborted === true) return settle(cancelled);
      settle(
        code === 0
          ? ok(undefined)
          : fail("UNAVAILABLE", "npm could not install Codex.", "The cause is in npm's own words; try again.", tail),
      );
    });
  });
}
