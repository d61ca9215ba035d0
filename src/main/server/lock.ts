import { execFile } from "node:child_process";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { fail, ok, type Result } from "../../contract/errors.ts";

/** A process and when it began: together they name it even after its number is given to another one. */
const holderSchema = z.object({ pid: z.number().int().positive(), began: z.string() });
type Holder = z.infer<typeof holderSchema>;

export interface HomeLock {
  release(): Promise<void>;
}

/**
 * Makes this process the only engine of a home. `CONFLICT` while another one lives; a lock whose process is gone is taken over.
 */
export async function lockHome(home: string): Promise<Result<HomeLock>> {
  const file = path.join(home, "engine.lock");
  const mine: Holder = { pid: process.pid, began: (await beganAt(process.pid)) ?? "" };
  const draft = `${file}.${process.pid}`;
  try {
    await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
    for (let tries = 0; tries < 5; tries += 1) {
      // Each try looks at what the one before it left.
      if (await linked(draft, file)) return ok({ release: () => release(file, mine) });
      const text = await readFile(file, "utf8").catch(() => undefined);
      if (text === undefined) continue;
      if (await isAlive(text)) return held(home);
      await putAside(file, text);
    }
    return held(home);
  } catch (cause) {
    return fail(
      "UNAVAILABLE",
      `The home ${home} cannot be locked.`,
      "Make it writable, or name another with --home.",
      cause,
    );
  } finally {
    await rm(draft, { force: true });
  }
}

function held(home: string): Result<never> {
  return fail("CONFLICT", `Another engine runs for ${home}.`, "Use that one, or name another home with --home.");
}

/** A link is made by one process only, and shows a whole file from the first moment. */
async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST") return false;
    throw thrown;
  }
}

/** Whether the process that wrote this lock still runs. */
async function isAlive(lock: string): Promise<boolean> {
  const holder = holderSchema.safeParse(jsonOf(lock));
  return holder.success && (await beganAt(holder.data.pid)) === holder.data.began;
}

/** Moves a stale lock away; one that somebody made in its place meanwhile is put back. */
async function putAside(file: string, stale: string): Promise<void> {
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, "utf8")) !== stale) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function release(file: string, mine: Holder): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (text === JSON.stringify(mine)) await rm(file, { force: true });
}

/** When a process began, in the system's own words; undefined when it does not run. */
async function beganAt(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EPERM")) return undefined;
  }
  if (process.platform === "linux") {
    // Field 22 of /proc/PID/stat (proc(5)); the name before it may hold anything, but ends at the last parenthesis.
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  }
  if (process.platform === "win32") return "";
  const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)], {
    timeout: 5_000,
    env: { LC_ALL: "C" },
  }).catch(() => ({ stdout: "" }));
  return stdout.trim();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
