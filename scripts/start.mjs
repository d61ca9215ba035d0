import path from "node:path";
import { parseArgs } from "node:util";
import { ensureElectron, missingDisplay } from "./electron-runtime.mjs";
import { nodeProgram } from "./pinned-node.mjs";
import { become, root, say, Stop } from "./run.mjs";

/** The engine's options, and `--headless`. */
const options = /** @type {const} */ ({
  home: { type: "string" },
  port: { type: "string" },
  repo: { type: "string" },
  json: { type: "boolean" },
  demo: { type: "boolean" },
  headless: { type: "boolean" },
});

/**
 * What Node is told for an engine. V8 lets the space for young objects grow to what a machine has to spare and hardly gives it
 * back: without a limit an engine at work holds half as much memory again after an hour (docs/soak.md).
 */
export const engineFlags = ["--max-semi-space-size=8"];

/**
 * Refuses what a start does not know, before anything is installed, built or served: a window would leave it to Chromium.
 * @param {readonly string[]} args
 */
export function checkOptions(args) {
  try {
    parseArgs({ args: [...args], options });
  } catch (error) {
    const [why = ""] = String(error)
      .replace(/^[^:]*: /, "")
      .split(". ");
    throw new Stop(
      `${why.replace(/\.$/, "")}.`,
      "There are: --home PATH --port N --repo PATH --demo --json --headless.",
    );
  }
}

/**
 * Opens the window where there can be one, else serves the same control room on loopback.
 * @param {readonly string[]} args passed on to the host, except `--headless`
 */
export async function start(args) {
  const passed = args.filter((arg) => arg !== "--headless");
  const serve = args.includes("--headless") || args.includes("--json");
  const electron = serve || missingDisplay() !== undefined ? undefined : await ensureElectron();
  if (electron !== undefined) {
    say("opening the window");
    // Chromium refuses its own sandbox to root.
    const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    return become(electron, [...asRoot, root, ...passed]);
  }
  say(serve ? "serving the control room" : `serving the control room: ${missingDisplay() ?? "no Electron runtime"}`);
  return become(nodeProgram(), [...engineFlags, path.join(root, "out", "main", "server.js"), ...passed]);
}
