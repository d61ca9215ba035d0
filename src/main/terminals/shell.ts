import pty from "@lydell/node-pty";
import type { TerminalFrame, TerminalGrid } from "../../contract/terminals.ts";
import { createEmulator } from "./emulator.ts";
import { createReaders } from "./readers.ts";
import { endSession } from "./end-session.ts";
import type { ShellStart } from "./wire.ts";

/** One shell with its terminal. */
export interface Shell {
  write(text: string): void;
  resize(grid: TerminalGrid): void;
  attach(reader: number): void;
  detach(reader: number): void;
  ack(reader: number, at: number): void;
  /** Ends the shell and everything that was started from it, first asking. */
  end(): Promise<void>;
}

/** Output that may wait for the emulator, in characters: above, the program waits; below a quarter of it, it goes on. */
const mostUnparsed = 400_000;

/** Starts a shell on a terminal of its own. Throws when it cannot be started. */
export function openShell(
  { file, args, folder, env, cols, rows }: ShellStart,
  told: { readonly frame: (reader: number, frame: TerminalFrame) => void; readonly gone: () => void },
): Shell {
  const terminal = pty.spawn(file, [...args], { cwd: folder, env: { ...env }, cols, rows, name: "xterm-256color" });
  const { pid } = terminal;
  let grid: TerminalGrid = { cols, rows };
  let unparsed = 0;
  let paused = false;
  let over = false;
  let asked = false;
  let ending: Promise<void> | undefined;

  const emulator = createEmulator(grid, (answer) => {
    if (!over) terminal.write(answer);
  });
  const readers = createReaders({
    told: told.frame,
    snapshot: () => ({ ...grid, screen: emulator.screen() }),
    changed: pace,
  });

  /** Has the program wait while too much of what it printed is under way. */
  function pace(): void {
    const tooMuch = unparsed > (paused ? mostUnparsed / 4 : mostUnparsed) || readers.behind(paused);
    if (tooMuch === paused || over) return;
    paused = tooMuch;
    if (paused) terminal.pause();
    else terminal.resume();
  }

  terminal.onData((text) => {
    unparsed += text.length;
    emulator.write(text, () => {
      unparsed -= text.length;
      readers.put(text);
      pace();
    });
    pace();
  });
  terminal.onExit(({ exitCode }) => {
    over = true;
    void endSession(pid).then(() => {
      // What it printed last is drawn before its end is told.
      emulator.write("", () => {
        readers.end({ kind: "ended", why: asked ? "closed" : "exited", exitCode });
        told.gone();
      });
    });
  });

  return {
    write(text) {
      if (!over) terminal.write(text);
    },
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
    end() {
      asked = true;
      ending ??= endSession(pid);
      return ending;
    },
  };
}
