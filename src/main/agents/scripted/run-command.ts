import { spawn, type ChildProcess } from "node:child_process";

/** Most output kept of one command, in characters: the first half and the last half of what it wrote. */
export const keptOutput = 1_048_576;
/** Most output streamed while one command runs. What is kept replaces it at the end. */
const streamedOutput = 2_500_000;
/** A command that runs longer is ended. */
const longestRunMs = 600_000;

export interface CommandRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** The whole environment of the command. */
  readonly env: Readonly<Record<string, string>>;
  /** Called with output as it comes; the command waits while the promise is pending. */
  readonly onOutput: (text: string) => Promise<void>;
}

export interface CommandEnd {
  /** 128 plus the signal when a signal ended it. */
  readonly exitCode: number;
  readonly output: string;
}

export interface RunningCommand {
  readonly pid: number;
  readonly ended: Promise<CommandEnd>;
  kill(): void;
}

/** Starts commands, each in a process group of its own that ends with this process, however that ends. */
export interface Commands {
  start(request: CommandRequest): RunningCommand;
  /** Ends every command at once; safe in a signal handler. */
  killAll(): void;
}

/**
 * The wrapper every command runs in. Descriptor 3 is a pipe that only this process holds open: when it dies, even by
 * SIGKILL, the watcher reads the end of the pipe and ends the whole process group. The watcher outlives the command,
 * so that there is no moment in which nobody would end what the command left behind. POSIX `sh` only.
 */
const wrapper = `(read -r _ <&3; kill -9 0) >/dev/null 2>&1 &
exec 3<&-
"$@" 2>&1`;

export function createCommands(): Commands {
  const running = new Set<ChildProcess>();
  return {
    start: (request) => startCommand(request, running),
    killAll() {
      for (const child of running) killGroup(child);
    },
  };
}

function startCommand(request: CommandRequest, running: Set<ChildProcess>): RunningCommand {
  const child = spawn("/bin/sh", ["-c", wrapper, "command", request.program, ...request.args], {
    cwd: request.folder,
    env: request.env,
    detached: true,
    stdio: ["ignore", "pipe", "ignore", "pipe"],
  });
  running.add(child);
  const limit = setTimeout(() => killGroup(child), longestRunMs);
  const read = readOutput(child, request.onOutput);
  const ended = new Promise<CommandEnd>((resolve) => {
    child.once("error", (error) => resolve({ exitCode: 126, output: error.message }));
    // The watcher and what the command left behind go with it, and so the last holders of its output.
    child.once("exit", () => killGroup(child));
    child.once("close", (code, signal) => {
      void read.then((output) => resolve({ exitCode: code ?? 128 + signalNumber(signal), output }));
    });
  }).finally(() => {
    clearTimeout(limit);
    running.delete(child);
  });
  return { pid: child.pid ?? 0, ended, kill: () => killGroup(child) };
}

async function readOutput(child: ChildProcess, onOutput: (text: string) => Promise<void>): Promise<string> {
  const kept = keepEnds(keptOutput);
  let streamed = 0;
  if (child.stdout === null) return "";
  child.stdout.setEncoding("utf8");
  try {
    for await (const chunk of child.stdout) {
      const text = String(chunk);
      kept.add(text);
      if (streamed + text.length > streamedOutput) continue;
      streamed += text.length;
      await onOutput(text);
    }
  } catch {
    // A pipe torn by the end of the command ends its output, nothing more.
  }
  return kept.text();
}

/** Keeps the first and last `limit / 2` characters of a text that comes in pieces. */
export function keepEnds(limit: number): { add(text: string): void; text(): string } {
  const half = limit / 2;
  let head = "";
  let tail = "";
  let dropped = 0;
  return {
    add(text) {
      const room = half - head.length;
      head += text.slice(0, room);
      tail += text.slice(Math.max(0, room));
      // Trimming in steps of a whole half keeps the cost of many small pieces linear.
      if (tail.length > limit) {
        dropped += tail.length - half;
        tail = tail.slice(-half);
      }
    },
    text() {
      const over = Math.max(0, tail.length - half);
      const gone = dropped + over;
      return gone === 0 ? head + tail : `${head}\n… ${gone} characters left out …\n${tail.slice(over)}`;
    },
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === "SIGTERM" ? 15 : signal === "SIGINT" ? 2 : 9;
}
