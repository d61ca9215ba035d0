import path from "node:path";
import { ensureElectron, missingDisplay } from "./electron-runtime.mjs";
import { nodeProgram } from "./pinned-node.mjs";
import { become, root, say } from "./run.mjs";

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
  return become(nodeProgram(), [path.join(root, "out", "main", "server.js"), ...passed]);
}
