import { execFile } from "node:child_process";
import { access, constants, realpath } from "node:fs/promises";
import path from "node:path";
import { fail, ok } from "../../../contract/errors.ts";
import type { Result } from "../../../contract/errors.ts";

/** The version this adapter is tested with; another may work and is used when it is what the human has. */
export const codexVersion = "0.169.0";

const versionMs = 15_000;

export interface FindCodexOptions {
  /** What the human set, if anything: the only place looked at then. */
  readonly setting?: string;
  /** The `PATH` to search. */
  readonly path: string;
  /** Where {@link installCodex} puts it. */
  readonly installFolder: string;
}

export interface FoundCodex {
  /** The native program, not npm's wrapper around it (which would stay in memory beside it). */
  readonly program: string;
  readonly version: string;
  /** How a shell calls it: `codex` where the `PATH` has it, else its path. */
  readonly called: string;
}

/** Finds a Codex that runs: the setting, else `PATH`, else our own installation. `NOT_FOUND` when there is none. */
export async function findCodex(options: FindCodexOptions): Promise<Result<FoundCodex>> {
  for (const candidate of candidates(options)) {
    const { file, isOnPath } = candidate;
    const program = await nativeProgram(file);
    if (program === undefined) continue;
    const version = await versionOf(program);
    if (version !== undefined) return ok({ program, version, called: isOnPath ? "codex" : program });
  }
  const where = options.setting === undefined ? "on the PATH or in the engine's home" : `at ${options.setting}`;
  return fail(
    "NOT_FOUND",
    `No Codex that runs was found ${where}.`,
    "Run `cox doctor --install codex`, or start the engine with COXSWAIN_CODEX set to the path of one.",
  );
}

interface Candidate {
  readonly file: string;
  readonly isOnPath: boolean;
}

function candidates({ setting, path: searched, installFolder }: FindCodexOptions): readonly Candidate[] {
  if (setting !== undefined) return [{ file: setting, isOnPath: false }];
  const onPath = searched.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [
    ...onPath.map((folder) => ({ file: path.join(folder, "codex"), isOnPath: true })),
    { file: path.join(installFolder, "node_modules", ".bin", "codex"), isOnPath: false },
  ];
}

/** Follows links, and steps from npm's wrapper to the platform package beside it. */
async function nativeProgram(candidate: string): Promise<string | undefined> {
  let real: string;
  try {
    real = await realpath(candidate);
    await access(real, constants.X_OK);
  } catch {
    return undefined;
  }
  if (path.basename(real) !== "codex.js") return real;
  const native = platformProgram();
  if (native === undefined) return real;
  const wrapper = path.dirname(path.dirname(real));
  for (const modules of [path.join(wrapper, "node_modules", "@openai"), path.dirname(wrapper)]) {
    const program = path.join(modules, native);
    try {
      await access(program, constants.X_OK);
      return program;
    } catch {
      // npm may have put the platform package in either place.
    }
  }
  return real;
}

const triples: Readonly<Record<string, string>> = {
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
};

/** Where the program lies below `node_modules/@openai`, as the packages of 0.169.0 are laid out. */
function platformProgram(): string | undefined {
  const platform = `${process.platform}-${process.arch}`;
  const triple = triples[platform];
  return triple === undefined ? undefined : path.join(`codex-${platform}`, "vendor", triple, "bin", "codex");
}

/** `codex --version` prints `codex-cli 0.169.0`. */
function versionOf(program: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, ["--version"], { timeout: versionMs, maxBuffer: 64_000, env: {} }, (error, stdout) => {
      const found = /^codex(?:-cli)?\s+(\d+\.\d+\.\d+\S*)/m.exec(stdout);
      resolve(error === null ? found?.[1] : undefined);
    });
  });
}
