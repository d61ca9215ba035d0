import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
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
  close(): Promise<void>;
}

export async function createTestStand(): Promise<TestStand> {
  const folder = await mkdtemp(join(tmpdir(), "scripted-"));
  const repository = join(folder, "repository");
  const agents: Agent[] = [];
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
        env: options.env ?? { PATH: process.env["PATH"] ?? "", HOME: folder },
        clock: machineClock,
        log: () => {},
      });
      agents.push(agent);
      return agent;
    },
    async close() {
      await Promise.all(agents.map((agent) => agent.close()));
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

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
  next<E extends AgentEvent>(wanted: (event: AgentEvent) => event is E): Promise<E>;
  send(words: string, clientId: string): Promise<string>;
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
