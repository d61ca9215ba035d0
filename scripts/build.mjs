import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { nodeProgram } from "./pinned-node.mjs";
import { root, run, say, Stop } from "./run.mjs";

/** Holds the digest of what out/ was built from; without it the next start builds. */
export const stampFile = path.join(root, "out", ".built");
const builder = path.join(root, "node_modules", "electron-vite", "bin", "electron-vite.js");

/** Builds the product into out/ unless it is already built from exactly these sources. */
export async function ensureBuild() {
  const stamp = sourcesDigest();
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  say("building");
  const { code, output, ms } = await run("building", nodeProgram(), [builder, "build", "--logLevel", "warn"]);
  if (code !== 0) {
    throw new Stop(
      `The build failed.\n${output.trim()}`,
      "Fix what it names; `npm run check` finds the same faults with better words.",
    );
  }
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
  say(`built in ${(ms / 1_000).toFixed(1)} s`);
}

/** A digest of everything the build reads; tests are left out. */
function sourcesDigest() {
  const hash = createHash("sha256");
  const sources = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => !/\.test\.tsx?$/.test(name))
    .map((name) => path.join(root, "src", name))
    .filter((file) => statSync(file).isFile())
    .toSorted();
  const others = ["electron.vite.config.ts", "scripts/third-party.mjs", "package-lock.json"].map((name) =>
    path.join(root, name),
  );
  for (const file of [...sources, ...others]) {
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}
