import path from "node:path";
import { fileURLToPath } from "node:url";

/** Where the other programs of this product lie: beside the running one when built, in their rooms when run from source. */
export interface Programs {
  readonly storageWorker: string;
  readonly patchWorker: string;
  readonly scriptedAgent: string;
  readonly terminalKeeper: string;
  readonly renderer: string;
  /** `assets/` of the product. */
  readonly assets: string;
}

/** `moduleUrl` is the `import.meta.url` of a file directly in `src/main` or of any file in `out/main`. */
export function findPrograms(moduleUrl: string): Programs {
  const here = path.dirname(fileURLToPath(moduleUrl));
  const root = path.resolve(here, "../..");
  const built = moduleUrl.endsWith(".js");
  return {
    storageWorker: path.join(here, built ? "storage-worker.js" : "storage/worker.ts"),
    patchWorker: path.join(here, built ? "patch-worker.js" : "patches/worker.ts"),
    scriptedAgent: path.join(here, built ? "scripted-agent.js" : "agents/scripted/program.ts"),
    terminalKeeper: path.join(here, built ? "terminal-keeper.js" : "terminals/keeper.ts"),
    renderer: path.join(root, "out/renderer"),
    assets: path.join(root, "assets"),
  };
}
