import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const root = fileURLToPath(new URL("../", import.meta.url));
const built = path.join(root, "out/main/server.js");
const source = path.join(root, "src/main/server/main.ts");
const announced = z.object({ url: z.string(), token: z.string(), pid: z.number() });

export interface DemoProcess {
  /** The address with its key. */
  readonly url: string;
  close(): Promise<void>;
}

/** The demo as `npm start -- --headless --demo --json` has it, at the pace at which people watch it, in a home of its own. */
export async function startDemo(): Promise<DemoProcess> {
  const cache = path.join(root, ".cache");
  await mkdir(cache, { recursive: true });
  const home = await mkdtemp(path.join(cache, "demo-"));
  const program = existsSync(built) ? built : source;
  const child = spawn(process.execPath, [program, "--home", home, "--demo", "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    let complaints = "";
    child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
    createInterface(child.stdout).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`The demo ended with ${String(code)}: ${complaints}`)));
  });
  const { url, token } = announced.parse(JSON.parse(line));
  return {
    url: `${url.replace(/\/$/, "")}/#token=${token}`,
    async close() {
      child.kill("SIGTERM");
      await gone;
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
