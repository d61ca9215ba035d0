import { spawn } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

/** The project's own folder. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** What to tell and what to do next; shown without a stack. */
export class Stop extends Error {
  /**
   * @param {string} message what is wrong
   * @param {string} next what to do about it
   */
  constructor(message, next) {
    super(message);
    this.next = next;
  }
}

/**
 * One line for the person at the terminal. Never on stdout, which belongs to what was asked for.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`coxswain: ${line}\n`);
}

/**
 * @typedef {object} Outcome
 * @property {number} code exit code; 128 when a signal ended it, 127 when it could not be started
 * @property {string} output the last 200 kB of both streams, in the order they came
 * @property {number} ms how long it took
 */

/**
 * Runs a program, keeps what it says and tells every `beat` that it is still at it.
 * @param {string} what said while waiting
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, beatMs?: number, shell?: boolean }} [options]
 * @returns {Promise<Outcome>}
 */
export function run(what, program, args, options = {}) {
  const { cwd = root, env = process.env, timeoutMs = 30 * 60_000, beatMs = 15_000, shell = false } = options;
  const began = Date.now();
  const elapsed = () => `${Math.round((Date.now() - began) / 1_000)} s`;
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(program, args, {
      cwd,
      env,
      shell,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    const end = () => endGroup(child.pid, "SIGTERM");
    const beat = setInterval(() => say(`${what}: still at it after ${elapsed()}`), beatMs);
    const limit = setTimeout(() => {
      output += `\n${what} was stopped after ${elapsed()}, its limit`;
      end();
      setTimeout(() => endGroup(child.pid, "SIGKILL"), 5_000).unref();
    }, timeoutMs);
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString("utf8")).slice(-200_000);
    };
    const finish = (/** @type {number} */ code) => {
      clearInterval(beat);
      clearTimeout(limit);
      process.off("exit", end);
      endGroup(child.pid, "SIGKILL");
      resolve({ code, output: stripVTControlCharacters(output), ms: Date.now() - began });
    };
    process.on("exit", end);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      output += error.message;
      finish(127);
    });
    // What it left running may hold its output open for ever.
    child.on("exit", (code) => setTimeout(finish, 2_000, code ?? 128).unref());
    child.on("close", (code) => finish(code ?? 128));
  });
}

/**
 * Signals a program and everything it started that is still in its group.
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} signal
 */
function endGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // It has ended already.
  }
}

/** @type {readonly NodeJS.Signals[]} */
const endingSignals = ["SIGHUP", "SIGINT", "SIGTERM"];

/** Ends what runs in the background when a signal ends us; `process.exit` does that, dying of a signal does not. */
export function exitOnSignals() {
  for (const signal of endingSignals) process.on(signal, () => process.exit(128 + constants.signals[signal]));
  endWithNpm();
}

/** npm tells only its shell to end, so when that is gone we take the message as ours. */
function endWithNpm() {
  const shell = process.ppid;
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 500);
  watch.unref();
}

/**
 * Runs a program in our place: it gets the terminal and our signals, and its end is our end.
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<never>}
 */
export function become(program, args) {
  const child = spawn(program, args, { stdio: "inherit" });
  for (const signal of endingSignals) {
    process.removeAllListeners(signal);
    // A terminal sends Ctrl-C to both of us; sent on, it would arrive twice and read as "at once".
    const already = signal === "SIGINT" && process.stdin.isTTY;
    process.on(signal, () => already || child.kill(signal));
  }
  return new Promise((_resolve, reject) => {
    child.on("error", (error) => {
      const next = "Run the command again; if it repeats, delete node_modules first.";
      reject(new Stop(`${program} could not be started: ${error.message}`, next));
    });
    child.on("close", (code, signal) => {
      if (signal !== null) {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
      }
      process.exit(code ?? 128);
    });
  });
}
