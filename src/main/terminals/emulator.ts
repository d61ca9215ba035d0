import { SerializeAddon } from "@xterm/addon-serialize/lib/addon-serialize.mjs";
import { Terminal } from "@xterm/headless/lib-headless/xterm-headless.mjs";
import type { TerminalGrid } from "../../contract/terminals.ts";

/** What knows how a terminal looks while nobody looks at it. */
export interface Emulator {
  /** `drawn` is called once the text is part of the screen. */
  write(text: string, drawn: () => void): void;
  resize(grid: TerminalGrid): void;
  /** As a text that brings an empty terminal to the same. */
  screen(): string;
}

/** Lines kept of what scrolled off the screen. */
const scrollback = 1_000;
/** A screen of more characters is told without what scrolled off it. */
const longestScreen = 1_000_000;

/** `answer` is given what programs that ask the terminal something are told. */
export function createEmulator({ cols, rows }: TerminalGrid, answer: (text: string) => void): Emulator {
  const terminal = new Terminal({ cols, rows, scrollback, allowProposedApi: true, logLevel: "off" });
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer);
  terminal.onData(answer);
  return {
    write: (text, drawn) => terminal.write(text, drawn),
    resize: (grid) => terminal.resize(grid.cols, grid.rows),
    screen() {
      const whole = serializer.serialize({ scrollback });
      return whole.length <= longestScreen ? whole : serializer.serialize({ scrollback: 0 });
    },
  };
}
