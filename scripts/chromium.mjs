import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { aptInstall, isUbuntu, mayUseApt } from "./apt.mjs";
import { nodeProgram } from "./pinned-node.mjs";
import { root, run, say, Stop } from "./run.mjs";

const onPath = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "microsoft-edge-stable",
];

const onMac = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

const onWindows = ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"];

/**
 * The browser that tests drive: the system's, else the one Playwright downloaded.
 * @returns {string | undefined}
 */
export function findChromium() {
  return systemCandidates().find((file) => existsSync(file)) ?? playwrightOwn();
}

/** Flags for a browser that talks to nobody; root may not have Chromium's own sandbox. */
export function chromiumArgs() {
  return [
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
}

/** Finds a Chromium, or gets one: Playwright's, else the distribution's where that is allowed. */
export async function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  say("no Chromium here; fetching Playwright's");
  const cli = path.join(root, "node_modules", "playwright", "cli.js");
  const fetched = await run("fetching a Chromium", nodeProgram(), [cli, "install", "chromium"]);
  // Ubuntu's chromium package is only a door to a snap.
  if (fetched.code !== 0 && mayUseApt() && !isUbuntu()) {
    say("that failed; installing the distribution's Chromium (apt-get)");
    await aptInstall("chromium");
  }
  const got = findChromium();
  if (got !== undefined) return got;
  throw new Stop(
    `No Chromium could be found or fetched.\n${fetched.output.trim().split("\n").slice(-3).join("\n")}`,
    "Install Chromium, Chrome or Edge (on Debian: `apt-get install chromium`) and run the same command again.",
  );
}

function systemCandidates() {
  if (process.platform === "darwin") return onMac;
  if (process.platform === "win32") {
    const roots = ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"].flatMap((name) => process.env[name] ?? []);
    return roots.flatMap((folder) => onWindows.map((program) => path.win32.join(folder, program)));
  }
  const folders = (process.env["PATH"] ?? "").split(":").filter((folder) => folder !== "");
  return onPath.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

/** @returns {string | undefined} */
function playwrightOwn() {
  try {
    /** @type {typeof import("@playwright/test")} */
    const playwright = createRequire(import.meta.url)("@playwright/test");
    const file = playwright.chromium.executablePath();
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
