import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureBuild } from "./build.mjs";
import { ensureBubblewrap } from "./bubblewrap.mjs";
import { ensureChromium } from "./chromium.mjs";
import { findElectron, missingDisplay } from "./electron-runtime.mjs";
import { nodeProgram } from "./pinned-node.mjs";
import { root, run, say, Stop } from "./run.mjs";
import { lastLine, one, sum, tallyPlaywright, tallyVitest } from "./tally.mjs";

/**
 * @typedef {import("./tally.mjs").Tally} Tally
 * @typedef {{ name: string, work: () => Promise<Tally> }} Step
 */

const reports = path.join(root, ".cache", "reports");

/** @type {readonly Step[]} */
const checks = [
  { name: "unit", work: () => vitest("unit", 5) },
  { name: "types", work: () => tool("types", "typescript/bin/tsc", ["-b"]) },
  { name: "lint", work: () => tool("lint", "oxlint/bin/oxlint", []) },
  { name: "knip", work: () => tool("knip", "knip/bin/knip.js", ["--no-progress"]) },
  { name: "format", work: () => tool("format", "oxfmt/bin/oxfmt", ["--check"]) },
];

/** Format, lint, types, unused code and unit tests: what every commit must hold. */
export async function check() {
  return finish(await sideBySide(checks, 2));
}

/** Everything CI runs. */
export async function test() {
  const checked = await sideBySide(checks, 2);
  const built = await inTurn("build", build);
  const real = await inTurn("real", realTests);
  return finish([...checked, built, real, built.failed > 0 ? none : await inTurn("e2e", endToEnd)]);
}

/** The end-to-end tests alone; what follows goes to Playwright. */
export async function e2e(/** @type {readonly string[]} */ args) {
  await ensureBuild();
  return finish([await inTurn("e2e", () => endToEnd(args))]);
}

/** @type {Tally} */
const none = { passed: 0, failed: 0, skipped: 0, notes: [] };

/**
 * Says which tests were skipped, ends with the one line of counts, and gives the exit code.
 * @param {readonly Tally[]} tallies
 */
function finish(tallies) {
  const total = sum(tallies);
  for (const note of total.notes) process.stdout.write(`skipped: ${note}\n`);
  process.stdout.write(`${lastLine(total)}\n`);
  return total.failed === 0 ? 0 : 1;
}

/**
 * Runs steps, at most `width` at once, in the order given (the longest first).
 * @param {readonly Step[]} steps
 * @param {number} width
 */
async function sideBySide(steps, width) {
  const waiting = [...steps];
  /** @type {Tally[]} */
  const tallies = [];
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      tallies.push(await inTurn(step.name, step.work));
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return tallies;
}

/**
 * One step with its one line.
 * @param {string} name
 * @param {() => Promise<Tally>} work
 * @returns {Promise<Tally>}
 */
async function inTurn(name, work) {
  const began = Date.now();
  const tally = await work().catch((/** @type {unknown} */ error) => {
    if (!(error instanceof Stop)) throw error;
    process.stdout.write(`${error.message}\nnext: ${error.next}\n`);
    return one(false);
  });
  say(`${name}: ${lastLine(tally)} (${((Date.now() - began) / 1_000).toFixed(1)} s)`);
  return tally;
}

async function realTests() {
  await ensureBubblewrap();
  return vitest("real", 30);
}

async function build() {
  await ensureBuild();
  return one(true);
}

/**
 * A tool of node_modules that is content or not; its words are shown only when it is not.
 * @param {string} name
 * @param {string} script
 * @param {readonly string[]} args
 */
async function tool(name, script, args) {
  const { code, output } = await run(name, nodeProgram(), [path.join(root, "node_modules", script), ...args]);
  return outcome({ code, output });
}

/** One step's result from its exit code; its words are shown only when it failed. */
function outcome(/** @type {{ code: number, output: string }} */ { code, output }) {
  if (code !== 0) process.stdout.write(`${output.trim()}\n`);
  return one(code === 0);
}

/** A runner's words, less a line for each file that passed. */
function withoutPassed(/** @type {string} */ output) {
  return output
    .split("\n")
    .filter((line) => !/^\s*(✓|\[\d+\/\d+\]|skipped: )/.test(line))
    .join("\n");
}

/** The tests of one Vitest project. */
async function vitest(/** @type {string} */ project, /** @type {number} */ limitMinutes) {
  const file = freshReport(project);
  const runner = path.join(root, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=./scripts/skip-reporter.mjs", "--reporter=json"];
  const args = ["run", "--project", project, ...reporters, `--outputFile.json=${file}`];
  const ran = await run(project, nodeProgram(), [runner, ...args], { timeoutMs: limitMinutes * 60_000 });
  const notes = [...ran.output.matchAll(/^skipped: (.+)$/gm)].map(([, note = ""]) => note);
  return { ...counted(ran, file, tallyVitest), notes };
}

async function endToEnd(/** @type {readonly string[]} */ args = []) {
  const missing = findElectron() === undefined ? "no Electron runtime on this machine" : missingDisplay();
  if (missing !== undefined) process.stdout.write(`electron: SKIPPED (${missing})\n`);
  if (!hasSpecs()) return none;
  await ensureChromium();
  const file = freshReport("e2e");
  const cli = path.join(root, "node_modules", "@playwright", "test", "cli.js");
  const ran = await run("e2e", nodeProgram(), [cli, "test", "--reporter=line,json", ...args], {
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  });
  // What a test measured is worth reading when it passed, too.
  for (const line of ran.output.split("\n")) if (line.startsWith("board: ")) process.stdout.write(`${line}\n`);
  return counted(ran, file, tallyPlaywright);
}

function hasSpecs() {
  const folder = path.join(root, "e2e");
  return (
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith(".spec.ts"))
  );
}

function freshReport(/** @type {string} */ name) {
  mkdirSync(reports, { recursive: true });
  const file = path.join(reports, `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

/**
 * Counts from a report file; a runner that leaves none, or fails without a failing test, counts as one failure.
 * @template Report
 * @param {import("./run.mjs").Outcome} ran
 * @param {string} file
 * @param {(report: Report) => Tally} tally
 * @returns {Tally}
 */
function counted(ran, file, tally) {
  if (!existsSync(file)) return outcome(ran);
  if (ran.code !== 0) process.stdout.write(`${withoutPassed(ran.output).trim()}\n`);
  const told = tally(JSON.parse(readFileSync(file, "utf8")));
  return ran.code !== 0 && told.failed === 0 ? sum([told, one(false)]) : told;
}
