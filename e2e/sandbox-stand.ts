import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { git, makeRepository, scenarioEnvironment, temporaryFolder } from "./scenarios/repositories.ts";
import { unwrap } from "../src/contract/errors.ts";
import { presentSecrets } from "../src/main/environment.ts";
import { prepareWritableRoots } from "../src/main/worktrees/writable-roots.ts";
import type { Command, Confines } from "../src/main/sandbox/confines.ts";
import type { Outcome, RunRequest } from "../src/main/sandbox/run-to-end.ts";
import { createSandbox, type Sandbox } from "../src/main/sandbox/sandbox.ts";

const cache = fileURLToPath(new URL("../.cache/", import.meta.url));

/** What every stand looks like, from its folder. */
export interface Places {
  readonly folder: string;
  /** The engine's, with a capability, a database and a socket in it. */
  readonly home: string;
  /** The user's, with secrets in it. */
  readonly user: string;
  readonly repo: string;
  readonly worktree: string;
  readonly sibling: string;
  readonly scratch: string;
  readonly caches: string;
  readonly id: string;
}

/** A home with two worktrees, beside a user with secrets, and a sandbox over them. */
export interface AttackStand extends Places {
  readonly sandbox: Sandbox;
  readonly confines: Confines;
  command(script: string): Command;
  run(script: string, confines?: Partial<Confines>, more?: Partial<RunRequest>): Promise<Outcome>;
  close(): Promise<void>;
}

export function placesOf(folder: string): Places {
  const home = path.join(folder, "user/.coxswain");
  return {
    folder,
    home,
    user: path.join(folder, "user"),
    repo: path.join(folder, "user/code/repo"),
    worktree: path.join(home, "worktrees/p1/one"),
    sibling: path.join(home, "worktrees/p1/two"),
    scratch: path.join(home, "tmp/w1"),
    caches: path.join(home, "caches/p1"),
    id: "w0000000001",
  };
}

/** The sandbox as the engine has it, over such a home. */
export async function sandboxOver({ home, user }: Places): Promise<Sandbox> {
  const folder = path.join(home, "tmp/sandbox");
  await mkdir(folder, { recursive: true });
  return createSandbox({
    platform: process.platform,
    machine: process.arch,
    searchPath: process.env["PATH"] ?? "",
    folder,
    hidden: async () => [home, ...(await presentSecrets(user))],
    limits: { processes: 200, memory: 1024 ** 3 },
  });
}

export async function openAttackStand(): Promise<AttackStand> {
  const folder = await temporaryFolder(cache);
  const places = placesOf(folder.path);
  const { home, user, repo, worktree, sibling, scratch, caches, id } = places;
  await makeRepository(repo);
  await git(repo, "branch", "other");
  await git(repo, "repack", "-adq");
  for (const [where, branch] of [
    [worktree, `cox/${id}/one`],
    [sibling, "cox/w0000000002/two"],
  ] as const) {
    await git(repo, "worktree", "add", "--quiet", "-b", branch, where);
  }
  for (const made of [scratch, caches, path.join(user, ".ssh"), path.join(user, ".config/gh")]) {
    await mkdir(made, { recursive: true });
  }
  for (const secret of [".ssh/id", ".netrc", ".npmrc", ".config/gh/hosts.yml", ".bash_history"]) {
    await writeFile(path.join(user, secret), "SECRET\n");
  }
  for (const file of ["capability", "coxswain.db", "worktrees/p1/two/secret"]) {
    await writeFile(path.join(home, file), "SECRET\n");
  }
  await writeFile(path.join(user, "readable"), "as always\n");
  const door = await listen(path.join(home, "engine.sock"));
  const roots = unwrap(
    await prepareWritableRoots({
      commonDir: path.join(repo, ".git"),
      adminDir: path.join(repo, ".git/worktrees/one"),
      workstreamId: id,
    }),
  );
  const sandbox = await sandboxOver(places);
  const confines: Confines = {
    worktree,
    writable: [scratch, caches, ...roots.writable],
    readOnly: roots.readOnly,
    readable: [repo, path.join(repo, ".git")],
    network: "none",
  };
  const command = (script: string): Command => ({
    file: "/bin/sh",
    args: ["-c", script],
    folder: worktree,
    env: { ...scenarioEnvironment, HOME: user, TMPDIR: scratch },
  });
  return {
    ...places,
    sandbox,
    confines,
    command,
    run: async (script, over, more) =>
      unwrap(
        await sandbox.run({
          command: command(script),
          confines: { ...confines, ...over },
          timeoutMs: 30_000,
          ...more,
        }),
      ),
    async close() {
      await sandbox.close();
      await new Promise((resolve) => door.close(resolve));
      await folder.remove();
    },
  };
}

function listen(at: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.end("open")).listen(at, () => resolve(server));
  });
}
