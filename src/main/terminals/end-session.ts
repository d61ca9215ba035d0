import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Everything that was started from one shell. */
export interface Session {
  /** The shell, which leads it. */
  readonly leader: number;
  /** An entry of the environment that only they have: one that left the session is known by it, where the system tells. */
  readonly mark: string;
}

/** How long what was started from a shell may take to end by itself, in milliseconds. */
const graceMs = 400;
const lookEveryMs = 20;
/** When to leave alone what cannot be killed, because it has become another user's, in milliseconds after that. */
const enoughMs = 2_000;

/** Ends a shell with everything that was started from it: asks with a hang-up first, and kills what has not gone by then. */
export async function endSession(session: Session): Promise<void> {
  const until = performance.now() + graceMs;
  signal([session.leader], "SIGHUP");
  signal(await membersOf(session), "SIGHUP");
  for (;;) {
    const left = await membersOf(session);
    if (left.length === 0 || performance.now() > until + enoughMs) return;
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

/** But for those that have ended and wait to be noticed. */
async function membersOf(session: Session): Promise<number[]> {
  if (process.platform === "win32") return [];
  return process.platform === "linux" ? fromProc(session) : fromPs(session);
}

async function fromProc({ leader, mark }: Session): Promise<number[]> {
  const names = await readdir("/proc").catch((): string[] => []);
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
        // The name in brackets may itself hold brackets and spaces.
        const [state, , , sid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (state === undefined || state === "Z" || state === "X") return undefined;
        return Number(sid) === leader || (await isMarked(name, mark)) ? Number(name) : undefined;
      }),
  );
  return found.filter((pid) => pid !== undefined);
}

/** Of others than this user the system tells nothing. */
async function isMarked(pid: string, mark: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  return environment.split("\0").includes(mark);
}

/** Systems without `/proc` name a session by the address of what the kernel keeps of it: its members have the shell's. */
async function fromPs({ leader }: Session): Promise<number[]> {
  const { stdout } = await run("/bin/ps", ["-axo", "pid=,sess=,stat="]).catch(() => ({ stdout: "" }));
  const rows = stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .map(([pid = "", name = "", state = ""]) => ({ pid: Number(pid), name, state }));
  const named = rows.find(({ pid }) => pid === leader)?.name;
  if (named === undefined) return [];
  return rows.filter(({ name, state }) => name === named && !state.startsWith("Z")).map(({ pid }) => pid);
}
