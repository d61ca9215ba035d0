import { spawn, type ChildProcess } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/fetch";
import { z } from "zod";
import type { Client } from "../src/contract/procedures.ts";
import { scenarioEnvironment } from "./scenarios/repositories.ts";

const source = fileURLToPath(new URL("../src/main/server/main.ts", import.meta.url));
const announced = z.object({ url: z.string(), token: z.string(), pid: z.number() });

/** An engine as a process of its own, as `npm start -- --headless --json` has it. */
export interface EngineProcess {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
  readonly client: Client;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  kill(signal: "SIGKILL" | "SIGTERM"): void;
}

/** Starts an engine on `home` and waits until it has said where it answers. `enter` is a program that becomes it; `program` is what
 * Node runs, the source unless said otherwise. */
export async function startEngineProcess(
  home: string,
  args: readonly string[],
  {
    env = {},
    enter = [],
    program = source,
  }: { env?: Readonly<Record<string, string>>; enter?: readonly string[]; program?: string } = {},
): Promise<EngineProcess> {
  const [file, ...before] = [...enter, process.execPath];
  const child = spawn(file, [...before, program, "--home", home, "--json", ...args], {
    env: { ...process.env, ...scenarioEnvironment, COXSWAIN_PACE: "instant", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const { url, token, pid } = announced.parse(JSON.parse(await firstLine(child)));
  return { pid, url, token, client: clientOf(url, token), gone, kill: (signal) => void child.kill(signal) };
}

export function clientOf(url: string, token: string): Client {
  return createORPCClient<Client>(new RPCLink({ url: `${url}/rpc`, headers: { authorization: `Bearer ${token}` } }));
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null || child.stderr === null) throw new Error("no pipes");
    let complaints = "";
    child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
    createInterface(child.stdout).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the engine ended with ${code}: ${complaints}`)));
  });
}

/** Processes that name `home` in their command line or stand in a folder below it; Linux only. */
export async function processesOf(home: string): Promise<{ readonly pid: number; readonly command: string }[]> {
  const found = [];
  for (const entry of await readdir("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const command = (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ");
      const folder = await readlink(`/proc/${pid}/cwd`);
      if (command.includes(home) || folder.startsWith(home)) found.push({ pid, command });
    } catch {
      // Gone between the listing and the look.
    }
  }
  return found;
}
