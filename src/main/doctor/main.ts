import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { addressFile, addressSchema, portFile } from "../../contract/address.ts";
import type { Check } from "../../contract/check.ts";
import { problemOf } from "../../contract/errors.ts";
import { shellWord } from "../../contract/shell-word.ts";
import { createCodexProgram } from "../codex.ts";
import { npmEnv } from "../environment.ts";
import { createGit } from "../git/git.ts";
import { createSandbox } from "../sandbox/sandbox.ts";
import { findLockHolder } from "../storage/engine-lock.ts";
import { examineDatabase } from "../storage/examine-database.ts";
import { limitsFor, spaceOn } from "../worktrees/room.ts";
import { bounded, wrong } from "./check.ts";
import { judgeFree } from "./disk-checks.ts";
import { judgeEngine, type EngineFacts } from "./engine-checks.ts";
import { judgeDamage, judgeWorkstreams } from "./fleet-checks.ts";
import { lookAtFleet, lookAtMachine } from "./examine.ts";

/**
 * Examines the home given as its argument while no engine answers for it, and prints each check as a line of JSON as soon as
 * it and those before it are known. The database comes last: reading a large one takes long.
 */
async function examineAlone(home: string): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "cox-doctor-"));
  const git = createGit({ env: process.env, folder });
  const searchPath = process.env["PATH"] ?? "";
  const codex = createCodexProgram({
    home,
    env: process.env,
    installEnv: npmEnv(process.env),
    given: undefined,
    apiKey: () => Promise.resolve(process.env["OPENAI_API_KEY"]),
  });
  const sandbox = () =>
    createSandbox({
      platform: process.platform,
      machine: process.arch,
      searchPath,
      folder,
      hidden: () => Promise.resolve([]),
      limits: { processes: 4_096, memory: 2 * 1024 ** 3 },
    });
  try {
    const facts = await lookAtEngine(home);
    const holder = facts.holder === undefined || facts.holder === "unknown" ? {} : { engine: facts.holder.pid };
    tell(judgeEngine(home, facts));
    const looks = [
      ...lookAtMachine({ home, git, codex, sandbox, searchPath, ...holder }),
      bounded("disk", () => checkFree(home)),
    ];
    for (const look of looks) tell(await look);
    await tellDatabase(home, git);
  } finally {
    git.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function tellDatabase(home: string, git: ReturnType<typeof createGit>): Promise<void> {
  const read = examineDatabase(path.join(home, "coxswain.db"));
  if (!read.ok) {
    const { next } = read.error;
    return tell([wrong("database", { ...read.error, next: next.replaceAll("$COXSWAIN_HOME", shellWord(home)) })]);
  }
  if (read.value === undefined) return tell([{ name: "database", state: "ok", says: "none yet" }]);
  const { state, damaged } = read.value;
  const rows = judgeDamage(damaged);
  tell(rows.length > 0 ? rows : [{ name: "database", state: "ok", says: "every page of it can be read" }]);
  tell(judgeWorkstreams(state));
  for (const look of lookAtFleet({ git }, state)) tell(await look);
}

/** That of the home's disk, which may be the disk of the folder it will be made in. */
async function checkFree(home: string): Promise<Check[]> {
  const there = await access(home).then(
    () => true,
    () => false,
  );
  const parent = path.dirname(home);
  if (!there && parent !== home) return checkFree(parent);
  const { free, total } = await spaceOn(home);
  return [judgeFree({ free, ...limitsFor(total) })];
}

async function lookAtEngine(home: string): Promise<EngineFacts> {
  const [address, port] = await Promise.all([
    readFile(path.join(home, addressFile), "utf8").then((text) => addressSchema.parse(JSON.parse(text)), nothing),
    readFile(path.join(home, portFile), "utf8").then((text) => portSchema.parse(text.trim()), nothing),
  ]).catch((): [undefined, undefined] => [undefined, undefined]);
  const holder = await access(home).then(() => findLockHolder(home), nothing);
  return {
    holder,
    ...(address === undefined ? {} : { address }),
    ...(port !== undefined && holder === undefined && (await isTaken(port)) ? { takenPort: port } : {}),
  };
}

const portSchema = z.coerce.number().int().min(1).max(65_535);
const nothing = (): undefined => undefined;
const connectMs = 1_000;

function isTaken(port: number): Promise<boolean> {
  const socket = net.connect({ port, host: "127.0.0.1", timeout: connectMs });
  return new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("timeout", () => resolve(false));
  }).finally(() => socket.destroy());
}

function tell(checks: readonly Check[]): void {
  for (const check of checks) console.log(JSON.stringify(check));
}

try {
  await examineAlone(path.resolve(process.argv[2] ?? ""));
} catch (thrown) {
  tell([wrong("doctor", problemOf(thrown))]);
}
// A look that was given up, at a disk that hangs for instance, is not waited for.
process.exit();
