import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { nodeProgram } from "./pinned-node.mjs";
import { root, run, say } from "./run.mjs";

const folder = path.join(root, "node_modules", "electron");
const failedFile = path.join(root, "node_modules", ".cache", "coxswain", "electron-failed");
const dayMs = 24 * 60 * 60_000;

const programs = /** @type {Partial<Record<NodeJS.Platform, string>>} */ ({
  darwin: "Electron.app/Contents/MacOS/Electron",
  linux: "electron",
  win32: "electron.exe",
});

/**
 * The Electron runtime's program, if one is on this machine. Never asks the `electron` package, which would download it.
 * @returns {string | undefined}
 */
export function findElectron() {
  const program = programs[process.platform];
  if (program === undefined) return undefined;
  const override = process.env["ELECTRON_OVERRIDE_DIST_PATH"];
  const places = [...(override === undefined ? [] : [override]), path.join(folder, "dist")];
  return places.map((place) => path.join(place, program)).find((file) => existsSync(file));
}

/** Why there is no window, or undefined when there can be one. */
export function missingDisplay() {
  if (process.platform !== "linux") return undefined;
  if (process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]) return undefined;
  return "there is no display";
}

/**
 * Finds the runtime or fetches it once; after a failure it does not try again for a day.
 * @returns {Promise<string | undefined>}
 */
export async function ensureElectron() {
  const found = findElectron();
  if (found !== undefined || failedLately()) return found;
  say("fetching the Electron runtime (once, about 110 MB)");
  const installer = path.join(folder, "install.js");
  const { code, output } = await run("fetching the Electron runtime", nodeProgram(), [installer], {
    timeoutMs: 15 * 60_000,
  });
  const got = findElectron();
  if (code === 0 && got !== undefined) {
    rmSync(failedFile, { force: true });
    return got;
  }
  mkdirSync(path.dirname(failedFile), { recursive: true });
  writeFileSync(failedFile, output);
  say("that failed; serving the control room to your browser instead (the window is tried again tomorrow)");
  return undefined;
}

function failedLately() {
  return existsSync(failedFile) && Date.now() - statSync(failedFile).mtimeMs < dayMs;
}
