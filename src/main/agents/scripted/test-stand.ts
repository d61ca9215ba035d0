import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { z } from "zod";
import { unwrap } from "../../../contract/errors.ts";
import { machineClock } from "../appserver/clock.ts";
import type { Agent, AgentEvent, Thread, ThreadOptions } from "../agent.ts";
import type { Pace } from "./pacing.ts";
import { createScriptedAgent, scriptedConfinement } from "./scripted.ts";

const run = promisify(execFile);
const longestWaitMs = 20_000;

/** For tests: a real repository with linked worktrees, the real program, and threads whose events are kept. */
export interface TestStand {
  readonly folder: string;
  /** A new linked worktree with a branch of its own. */
  worktree(name: string): Promise<string>;
  git(folder: string, ...args: string[]): Promise<string>;
  agent(options?: { scenarios?: string[]; pace?: Pace; env?: Readonly<Record<string, string>> }): Agent;
  /** A folder of scenario files; the values are their texts without the name. */
  scenarios(texts: Readonly<Record<string, string>>): Promise<string>;
  toolsEndpoint(): Promise<ToolsEndpoint>;
  close(): Promise<void>;
}

export interface ToolsEndpoint {
  readonly url: string;
  /** The parameters of every `tools/call`. */
  readonly calls: unknown[];
}

export async function createTestStand(path: string): Promise<TestStand> {
  const folder = await mkdtemp(join(tmpdir(), "scripted-"));
  const repository = join(folder, "repository");
  const agents: Agent[] = [];
  const servers: Server[] = [];
  const git = async (cwd: string, ...args: string[]) => (await run("git", args, { cwd })).stdout.trim();
  await git(folder, "init", "-q", "-b", "main", repository);
  await git(repository, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "--allow-empty", "-m", "Begin");
  return {
    folder,
    git,
    async worktree(name) {
      const path = join(folder, "worktrees", name);
      await git(repository, "worktree", "add", "-q", "-b", `cox/${name}`, path);
      return path;
    },
    agent(options = {}) {
      const agent = createScriptedAgent({
        program: { node: process.execPath, file: join(import.meta.dirname, "program.ts") },
        scenarios: options.scenarios ?? [],
        state: join(folder, "state"),
        pace: options.pace ?? "instant",
        seed: 1,
        env: options.env ?? { PATH: path, HOME: folder },
        clock: machineClock,
        log: () => {},
      });
      agents.push(agent);
      return agent;
    },
    async scenarios(texts) {
      const into = await mkdtemp(join(folder, "scenarios-"));
      for (const [name, text] of Object.entries(texts))
        await writeFile(join(into, `${name}.yml`), `name: ${name}\n${text}\n`);
      return into;
    },
    async toolsEndpoint() {
      const calls: unknown[] = [];
      const server = createServer((request, response) => void answerTool(request, response, calls));
      servers.push(server);
      await once(server.listen(0, "127.0.0.1"), "listening");
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      return { url: `http://127.0.0.1:${port}/mcp/secret`, calls };
    },
    async close() {
      for (const server of servers) server.close();
      await Promise.all(agents.map((agent) => agent.close()));
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function answerTool(request: IncomingMessage, response: ServerResponse, calls: unknown[]): Promise<void> {
  const { id, method, params } = toolCallSchema.parse(JSON.parse(await text(request)));
  if (id === undefined) {
    response.writeHead(202).end();
    return;
  }
  if (method === "tools/call") calls.push(params);
  const known = method !== "tools/call" || params?.["name"] === "status";
  const content = [{ type: "text", text: known ? "all is well" : "There is no such tool." }];
  response.writeHead(200, { "content-type": "application/json", "mcp-session-id": "s" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result: { content, isError: !known } }));
}

const toolCallSchema = z.object({
  id: z.number().optional(),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).optional(),
});

export function threadOptions(folder: string, scenario: string, more: Partial<ThreadOptions> = {}): ThreadOptions {
  return {
    folder,
    model: `scripted-${scenario}`,
    confinement: scriptedConfinement,
    approvals: "on-request",
    env: {},
    ...more,
  };
}

/** A thread with everything it told so far. */
export interface Watched {
  readonly thread: Thread;
  readonly events: readonly AgentEvent[];
  /** The first event, told already or still to come, that satisfies `wanted`. */
  readonly next: <E extends AgentEvent>(wanted: (event: AgentEvent) => event is E) => Promise<E>;
  readonly send: (words: string, clientId: string) => Promise<string>;
}

export function watch(thread: Thread): Watched {
  const events: AgentEvent[] = [];
  const wakes = new Set<() => void>();
  void (async () => {
    for await (const event of thread.events) {
      events.push(event);
      for (const wake of wakes) wake();
    }
  })();
  return {
    thread,
    events,
    next(wanted) {
      return new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          wakes.delete(look);
          reject(new Error(`It was not told; these were: ${JSON.stringify(events.slice(-20)).slice(0, 4_000)}`));
        }, longestWaitMs);
        function look() {
          const found = events.find(wanted);
          if (found === undefined) return;
          clearTimeout(limit);
          wakes.delete(look);
          resolve(found);
        }
        wakes.add(look);
        look();
      });
    },
    async send(words, clientId) {
      return unwrap(await thread.send(words, clientId)).agentTurnId;
    },
  };
}

type Kind = AgentEvent["kind"];
type EventOf<K extends Kind> = Extract<AgentEvent, { kind: K }>;

export function isKind<K extends Kind>(kind: K, more: (event: EventOf<K>) => boolean = () => true) {
  return (event: AgentEvent): event is EventOf<K> => event.kind === kind && more(event as EventOf<K>);
}

export const turnEnded = (turnId: string) => isKind("turn-ended", (event) => event.agentTurnId === turnId);

/** Messages of the agent that ended, in order. */
export function messages(events: readonly AgentEvent[]): string[] {
  return events.flatMap((event) =>
    event.kind === "item" && event.item.ended && event.item.body.kind === "message" ? [event.item.body.text] : [],
  );
}
