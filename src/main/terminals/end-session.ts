import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How long what was started from a shell may take to end by itself, in milliseconds. */
const graceMs = 400;
const lookEveryMs = 20;

/** Ends the session that a shell leads: asks with a hang-up first, and kills what has not gone by then. */
export async function endSession(leader: number): Promise<void> {
  const until = performance.now() + graceMs;
  signal([leader, ...(await membersOf(leader))], "SIGHUP");
  for (;;) {
    const left = await membersOf(leader);
    if (left.length === 0) return;
    // A stopped one hears of nothing but a kill.
    if (performance.now() > until) signal(left, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has gone meanwhile.
    }
  }
}

/** The processes of a session, but for those that have ended and wait to be noticed. */
async function membersOf(session: number): Promise<number[]> {
  if (process.platform === "win32") return [];
  return process.platform === "linux" ? fromProc(session) : fromPs(session);
}

async function fromProc(session: number): Promise<number[]> {
  const names = await readdir("/proc").catch((): string[] => []);
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
        // The name in brackets may itself hold brackets and spaces.
        const [state, , , sid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return Number(sid) === session && state !== "Z" && state !== "X" ? Number(name) : undefined;
      }),
  );
  return found.filter((pid) => pid !== undefined);
}

/** Systems without `/proc` name the session by the address of what the kernel keeps of it: those that have the shell's. */
async function fromPs(session: number): Promise<number[]> {
  const { stdout } = await run("/bin/ps", ["-axo", "pid=,sess=,stat="]).catch(() => ({ stdout: "" }));
  const rows = stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .map(([pid = "", name = "", state = ""]) => ({ pid: Number(pid), name, state }));
  const named = rows.find(({ pid }) => pid === session)?.name;
  if (named === undefined) return [];
  return rows.filter(({ name, state }) => name === named && !state.startsWith("Z")).map(({ pid }) => pid);
}
