import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Agent, AgentEvent, Thread, ThreadOptions } from "../src/main/agents/agent.ts";
import { machineClock } from "../src/main/agents/appserver/clock.ts";
import { createCodexAgent } from "../src/main/agents/codex/codex.ts";
import { ok } from "../src/contract/errors.ts";
import { modelCatalog, slugOf } from "./model/catalog.ts";
import { startModelServer } from "./model/server.ts";
import type { ModelServer } from "./model/server.ts";

const run = promisify(execFile);
const identity = { GIT_AUTHOR_NAME: "An Author", GIT_AUTHOR_EMAIL: "author@example.invalid" };
const committer = { GIT_COMMITTER_NAME: identity.GIT_AUTHOR_NAME, GIT_COMMITTER_EMAIL: identity.GIT_AUTHOR_EMAIL };

/** A repository, an engine's home with a worktree per workstream below it, a scripted model and a real Codex. */
export interface Stage {
  readonly root: string;
  readonly repo: string;
  readonly home: string;
  readonly model: ModelServer;
  readonly agent: Agent;
  readonly logged: readonly string[];
  /** Options of a thread in a fresh worktree, confined to what its commits need. */
  workstream(id: string, script: string, more?: Partial<ThreadOptions>): Promise<ThreadOptions>;
  /** A second agent on the same home, as after a restart of the engine. */
  anotherAgent(): Agent;
  git(folder: string, ...args: string[]): Promise<string>;
  close(): Promise<void>;
}

/** Opens the scripted model, and must not be seen by commands. */
export const stageKey = "the-key-of-the-model";

export async function setStage(bin: string): Promise<Stage> {
  const below = path.resolve(".cache");
  await mkdir(below, { recursive: true });
  const root = await realpath(await mkdtemp(path.join(below, "codex-")));
  const repo = path.join(root, "repo");
  const home = path.join(root, "home");
  const model = await startModelServer();
  const logged: string[] = [];
  const agents: Agent[] = [];

  const git = async (folder: string, ...args: string[]) => {
    const { stdout } = await run("git", ["-C", folder, ...args], {
      env: { PATH: process.env["PATH"], ...identity, ...committer },
    });
    return stdout.trim();
  };

  const anotherAgent = () => {
    const agent = createCodexAgent({
      home: path.join(home, "codex"),
      program: () => Promise.resolve(ok(bin)),
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: process.env["HOME"] ?? "",
        TMPDIR: path.join(home, "tmp"),
        SECRET_OF_THE_ENGINE: "must not be seen",
      },
      commandEnv: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LANG: "C.UTF-8" },
      service: () =>
        Promise.resolve({
          provider: {
            name: "Scripted",
            baseUrl: model.baseUrl,
            model: slugOf("happy"),
            catalog: modelCatalog(),
            keyVariable: "MODEL_KEY",
          },
          env: { MODEL_KEY: stageKey },
        }),
      asRoot: process.getuid?.() === 0,
      clock: machineClock,
      log: (line) => logged.push(line),
    });
    agents.push(agent);
    return agent;
  };

  await mkdir(repo, { recursive: true });
  await mkdir(path.join(home, "tmp"), { recursive: true });
  await git(repo, "init", "-q", "-b", "main");
  await writeFile(path.join(repo, "readme.md"), "hello\n");
  await git(repo, "add", ".");
  await git(repo, "commit", "-q", "-m", "Begin");
  await git(repo, "branch", "other");
  await git(repo, "gc", "-q");
  await writeFile(path.join(home, "coxswain.db"), "top secret\n");

  return {
    root,
    repo,
    home,
    model,
    agent: anotherAgent(),
    logged,
    anotherAgent,
    git,
    async workstream(id, script, more = {}) {
      const folder = path.join(home, "worktrees", "p", id);
      const tmp = path.join(home, "tmp", id);
      await mkdir(tmp, { recursive: true });
      await git(repo, "worktree", "add", "-q", "-b", `cox/${id}/work`, folder);
      const common = path.join(repo, ".git");
      const admin = path.join(common, "worktrees", id);
      await writeFile(path.join(admin, "config.worktree"), "");
      return {
        folder,
        model: slugOf(script),
        approvals: "on-request",
        env: { ...identity, ...committer, COXSWAIN_WORKSTREAM: id, TMPDIR: tmp },
        confinement: {
          mode: "workspace-write",
          writable: [
            tmp,
            path.join(common, "objects"),
            path.join(common, "refs/heads/cox", id),
            path.join(common, "logs/refs/heads/cox", id),
            admin,
          ],
          readOnly: [
            ...["pack", "info"].map((name) => path.join(common, "objects", name)),
            ...["commondir", "gitdir", "config.worktree"].map((name) => path.join(admin, name)),
          ],
          hidden: [home],
        },
        ...more,
      };
    },
    async close() {
      await Promise.all(agents.map((agent) => agent.close()));
      await model.close();
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

type Kind = AgentEvent["kind"];
type Told<K extends Kind> = Extract<AgentEvent, { kind: K }>;

/** Reads a thread's events as they come, and lets a test wait for one that was not waited for before. */
export interface Listener {
  readonly heard: readonly AgentEvent[];
  next<K extends Kind>(kind: K, fits?: (event: Told<K>) => boolean): Promise<Told<K>>;
  /** The thread's last finished message. */
  message(): string;
}

const patienceMs = 30_000;

export function listen(thread: Thread): Listener {
  const heard: AgentEvent[] = [];
  const taken = new Set<AgentEvent>();
  const wakers = new Set<() => void>();
  void (async () => {
    for await (const event of thread.events) {
      heard.push(event);
      for (const wake of wakers) wake();
    }
  })();

  function find<K extends Kind>(kind: K, fits: (event: Told<K>) => boolean): Told<K> | undefined {
    const isKind = (event: AgentEvent): event is Told<K> => event.kind === kind;
    return heard.filter(isKind).find((event) => !taken.has(event) && fits(event));
  }

  return {
    heard,
    async next(kind, fits = () => true) {
      const end = Date.now() + patienceMs;
      for (;;) {
        const found = find(kind, fits);
        if (found !== undefined) {
          taken.add(found);
          return found;
        }
        const left = end - Date.now();
        if (left <= 0) throw new Error(`no ${kind} in ${patienceMs} ms; heard ${JSON.stringify(heard).slice(-3_000)}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, left);
          function done() {
            clearTimeout(timer);
            wakers.delete(done);
            resolve();
          }
          wakers.add(done);
        });
      }
    },
    message() {
      const messages = heard.flatMap((event) =>
        event.kind === "item" && event.item.ended && event.item.body.kind === "message" ? [event.item.body.text] : [],
      );
      return messages.at(-1) ?? "";
    },
  };
}
