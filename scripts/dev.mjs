/**
 * The engine from its sources, started again on each change, serving a renderer that is built again on each change:
 * reload the page to see it. Arguments go to the engine. Runs on the pinned Node.
 */
import { spawn } from "node:child_process";
import { rmSync, watch } from "node:fs";
import path from "node:path";
import { build } from "vite";
import { renderer } from "../electron.vite.config.ts";
import { stampFile } from "./build.mjs";
import { root, say } from "./run.mjs";

const sources = path.join(root, "src");
const engineEntry = path.join(sources, "main", "server", "main.ts");

function startEngine() {
  return spawn(process.execPath, [engineEntry, ...process.argv.slice(2)], { stdio: "inherit" });
}

// From now on out/ is not what a build made.
rmSync(stampFile, { force: true });

await build({
  ...renderer,
  configFile: false,
  root: path.join(root, renderer.root),
  base: "./",
  logLevel: "error",
  build: { ...renderer.build, outDir: path.join(root, renderer.build.outDir), emptyOutDir: true, watch: {} },
});
say("the renderer is built on each change; reload the page to see it");

let engine = startEngine();
let ending = false;
for (const signal of /** @type {const} */ (["SIGHUP", "SIGINT", "SIGTERM"])) {
  process.on(signal, () => {
    ending = true;
    engine.kill(signal);
    engine.once("exit", () => process.exit());
    if (engine.exitCode !== null || engine.signalCode !== null) process.exit();
  });
}

/** @type {NodeJS.Timeout | undefined} */
let settle;
// Not `node --watch`: it reports what a worker imports over that worker's own port, among the storage worker's messages.
watch(sources, { recursive: true }, (_event, file) => {
  if (file === null || file.startsWith("renderer") || !/(?<!\.test)\.ts$/.test(file)) return;
  clearTimeout(settle);
  settle = setTimeout(restart, 300);
});

function restart() {
  if (ending) return;
  say("a source changed; starting the engine again");
  const again = () => {
    if (!ending) engine = startEngine();
  };
  if (engine.exitCode !== null || engine.signalCode !== null) return again();
  engine.removeAllListeners("exit").once("exit", again);
  engine.kill("SIGTERM");
}
