import os from "node:os";
import path from "node:path";
import { codexVersion, findCodex } from "../src/main/agents/codex/find-codex.ts";
import { installCodex } from "../src/main/agents/codex/install-codex.ts";

/** The real program, or why there is none here. */
export type RealCodex = { readonly bin: string } | { readonly skip: string };

/** Finds the pinned Codex in the tests' own cache, or installs it there. Never the one on the PATH: its version is anyone's guess. */
export async function realCodex(): Promise<RealCodex> {
  const folder = process.env["COXSWAIN_TEST_CACHE"] ?? path.join(os.homedir(), ".cache", "coxswain", "agents");
  const there = await findCodex({ path: "", installFolder: folder });
  if (there.ok && there.value.version === codexVersion) return { bin: there.value.program };
  const installed = await installCodex({ folder, env: environment(), onProgress: (line) => console.warn(line) });
  if (!installed.ok) return skip(`${installed.error.message} ${installed.error.cause ?? ""}`);
  if (installed.value.version !== codexVersion) return skip(`Codex ${installed.value.version} is not ${codexVersion}`);
  return { bin: installed.value.program };
}

function skip(reason: string): RealCodex {
  console.warn(`SKIPPED, no real Codex: ${reason}`);
  return { skip: reason };
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
