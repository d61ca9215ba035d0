import { Socket } from "node:net";
import type { IPty } from "@lydell/node-pty";
import pty from "@lydell/node-pty/index.js";
import type { TerminalFrame, TerminalGrid, TerminalRun } from "../../contract/terminals.ts";
import { createEmulator } from "./emulator.ts";
import { endSession } from "./end-session.ts";
import { createFilter } from "./filter.ts";
import { createReaders } from "./readers.ts";
import type { ShellStart } from "./wire.ts";

/** One shell with its terminal. */
export interface Shell {
  write(text: string): void;
  resize(grid: TerminalGrid): void;
  attach(reader: number): void;
  detach(reader: number): void;
  ack(reader: number, at: number): void;
  /** Grows with everything that is drawn. */
  drawn(): number;
  rows(most: number): TerminalRun[][];
  /** What runs in it that is not the shell itself; undefined when the shell waits. */
  atWork(): string | undefined;
  /** Ends the shell and everything that was started from it, first asking. */
  end(): Promise<void>;
}

/** Output that may wait for the emulator, in characters: above, the program waits; below a quarter of it, it goes on. */
const mostUnparsed = 400_000;
/** What may be typed ahead of a program that reads nothing, in characters. */
const mostTyped = 1_000_000;
/** Answers to programs that ask the terminal something, a second. */
const mostAnswers = 200;

/** Starts a shell on a terminal of its own. Throws when it cannot be started. */
export function openShell(
  { file, args, folder, env, cols, rows, mark }: ShellStart,
  told: { readonly frame: (reader: number, frame: TerminalFrame) => void; readonly gone: () => void },
): Shell {
  const terminal = pty.spawn(file, [...args], { cwd: folder, env: { ...env }, cols, rows, name: "xterm-256color" });
  const session = { leader: terminal.pid, mark };
  const shell = terminal.process;
  const filter = createFilter();
  let grid: TerminalGrid = { cols, rows };
  let unparsed = 0;
  let drawn = 0;
  let paused = false;
  let over = false;
  let asked = false;
  let ending: Promise<void> | undefined;

  const mayAnswer = createPace(mostAnswers);
  const emulator = createEmulator(grid, (answer) => {
    if (mayAnswer()) type(answer);
  });
  const readers = createReaders({
    told: told.frame,
    snapshot: () => ({ ...grid, screen: emulator.screen() }),
    changed: pace,
    later: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
  });

  /** Has the program wait while too much of what it printed is under way. */
  function pace(): void {
    if (over) return;
    const tooMuch = readers.behind(paused) || unparsed > (paused ? mostUnparsed / 4 : mostUnparsed);
    if (tooMuch === paused) return;
    paused = tooMuch;
    if (paused) terminal.pause();
    else terminal.resume();
  }

  function type(text: string): void {
    if (!over && waitingFor(terminal) + text.length <= mostTyped) terminal.write(text);
  }

  terminal.onData((printed) => {
    const { whole, shown } = filter(printed);
    if (whole === "") return;
    unparsed += whole.length;
    emulator.write(whole, () => {
      unparsed -= whole.length;
      drawn += whole.length;
      readers.put(shown);
      pace();
    });
    pace();
  });
  terminal.onExit(({ exitCode }) => {
    over = true;
    void endSession(session).then(() => {
      // What it printed last is drawn before its end is told.
      emulator.write("", () => {
        readers.end({ kind: "ended", why: asked ? "closed" : "exited", exitCode });
        emulator.close();
        told.gone();
      });
    });
  });

  return {
    write: type,
    resize(wanted) {
      if (over || (wanted.cols === grid.cols && wanted.rows === grid.rows)) return;
      grid = { cols: wanted.cols, rows: wanted.rows };
      terminal.resize(grid.cols, grid.rows);
      emulator.resize(grid);
      readers.resized(grid);
    },
    attach: (reader) => readers.add(reader),
    detach: (reader) => readers.remove(reader),
    ack: (reader, at) => readers.ack(reader, at),
    drawn: () => drawn,
    rows: (most) => emulator.rows(most),
    atWork() {
      if (over) return undefined;
      const front = terminal.process;
      return front === shell ? undefined : front;
    },
    end() {
      asked = true;
      ending ??= endSession(session);
      return ending;
    },
  };
}

/** Characters that were typed and that the terminal has not taken yet. The library keeps them without telling how many. */
function waitingFor(terminal: IPty): number {
  const socket: unknown = Reflect.get(terminal, "_socket");
  return socket instanceof Socket ? socket.writableLength : 0;
}

/** Says yes at most so often in a second. */
function createPace(most: number): () => boolean {
  let since = 0;
  let count = 0;
  return () => {
    const now = performance.now();
    if (now - since > 1_000) {
      since = now;
      count = 0;
    }
    count += 1;
    return count <= most;
  };
}
