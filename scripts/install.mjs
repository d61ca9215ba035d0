import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensurePinnedNode } from "./pinned-node.mjs";
import { root, run, say, Stop } from "./run.mjs";

const lockFile = path.join(root, "package-lock.json");
const installedLock = path.join(root, "node_modules", ".package-lock.json");
const stampFile = path.join(root, "node_modules", ".cache", "coxswain", "installed");

/** @typedef {{ packages: Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> }} Lock */

/** Makes node_modules what package-lock.json says, and makes sure of the pinned Node. */
export async function ensureDependencies() {
  const stamp = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  if (readIfThere(stampFile) === stamp) return;
  if (!isInstalled()) await install();
  await ensurePinnedNode();
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** Whether npm's own record of node_modules holds what the lock asks for, as after `npm install` by hand. */
function isInstalled() {
  const record = readIfThere(installedLock);
  if (record === undefined) return false;
  const wanted = parseLock(readFileSync(lockFile, "utf8")).packages;
  const present = parseLock(record).packages;
  return Object.entries(wanted).every(
    ([place, { version, optional, devOptional }]) =>
      place === "" || optional === true || devOptional === true || present[place]?.version === version,
  );
}

async function install() {
  say("installing dependencies (npm ci)");
  // Install scripts stay off: the only one that is needed, the pinned Node's, is run by ensurePinnedNode.
  // Windows cannot delete a node.exe that is running, as `npm ci` would.
  const verb = process.platform === "win32" ? "install" : "ci";
  const args = [verb, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { code, output, ms } = await npm("installing dependencies", args);
  if (code !== 0) {
    throw new Stop(
      `npm ${verb} failed.\n${output.trim().split("\n").slice(-12).join("\n")}`,
      "Check that npm can reach its registry (`npm ping`), then run the same command again.",
    );
  }
  say(`installed dependencies in ${(ms / 1_000).toFixed(0)} s`);
}

/**
 * Runs the npm that started us, else the one on PATH.
 * @param {string} what
 * @param {readonly string[]} args
 */
function npm(what, args) {
  const started = process.env["npm_execpath"];
  if (started !== undefined && /npm-cli\.[cm]?js$/.test(started) && existsSync(started)) {
    return run(what, process.execPath, [started, ...args]);
  }
  return process.platform === "win32" ? run(what, "npm.cmd", args, { shell: true }) : run(what, "npm", args);
}

/** @returns {Lock} */
function parseLock(/** @type {string} */ text) {
  return JSON.parse(text);
}

/** @returns {string | undefined} */
function readIfThere(/** @type {string} */ file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
