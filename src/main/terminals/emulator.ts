import { Unicode11Addon } from "@xterm/addon-unicode11/lib/addon-unicode11.mjs";
import { Terminal } from "@xterm/headless/lib-headless/xterm-headless.mjs";
import type { IBufferCell, IModes } from "@xterm/headless";
import type { TerminalGrid, TerminalRun } from "../../contract/terminals.ts";
import { lastRows } from "./row-runs.ts";
import { screenText, type Unseen } from "./screen-text.ts";

/** What knows how a terminal looks while nobody looks at it. */
export interface Emulator {
  /** `drawn` is called once the text is part of the screen. */
  write(text: string, drawn: () => void): void;
  resize(grid: TerminalGrid): void;
  /** As a text that brings an empty terminal to the same. */
  screen(): string;
  /** The last rows that hold anything, at most so many. */
  rows(most: number): TerminalRun[][];
  close(): void;
}

/** Lines kept of what scrolled off the screen. */
const scrollback = 1_000;
/** A screen of more characters is told without what scrolled off it. */
const longestScreen = 1_000_000;

/** `answer` is given what programs that ask the terminal something are told. */
export function createEmulator({ cols, rows }: TerminalGrid, answer: (text: string) => void): Emulator {
  const terminal = new Terminal({ cols, rows, scrollback, allowProposedApi: true, logLevel: "off" });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  terminal.onData(answer);
  const regionNow = watchRegions(terminal);
  const keptNow = watchModes(terminal);

  return {
    write: (text, drawn) => terminal.write(text, drawn),
    resize: (grid) => terminal.resize(grid.cols, grid.rows),
    screen() {
      const unseen = { modes: modesText(terminal.modes) + keptNow(), region: regionNow(), pen: penOf(terminal) };
      const whole = screenText(terminal, scrollback, unseen);
      return whole.length <= longestScreen ? whole : screenText(terminal, 0, unseen);
    },
    rows: (most) => lastRows(terminal, most),
    close: () => terminal.dispose(),
  };
}

type Emulated = InstanceType<typeof Terminal>;

/** What the next character will look like, which the library keeps to itself. */
function penOf(terminal: Emulated): IBufferCell | undefined {
  const path = ["_core", "_inputHandler", "_curAttrData"];
  const pen = path.reduce<unknown>(
    (from, name) => (typeof from === "object" && from !== null ? Reflect.get(from, name) : undefined),
    terminal,
  );
  return isStyle(pen) ? pen : undefined;
}

function isStyle(pen: unknown): pen is IBufferCell {
  return typeof pen === "object" && pen !== null && "isAttributeDefault" in pen;
}

const mice = { none: "", x10: "9", vt200: "1000", drag: "1002", any: "1003" } as const;

function modesText(modes: IModes): string {
  const mouse = mice[modes.mouseTrackingMode];
  const set = [
    modes.applicationCursorKeysMode && "?1",
    modes.originMode && "?6",
    modes.reverseWraparoundMode && "?45",
    modes.applicationKeypadMode && "?66",
    mouse !== "" && `?${mouse}`,
    modes.sendFocusMode && "?1004",
    modes.bracketedPasteMode && "?2004",
    modes.insertMode && "4",
  ].filter((mode) => mode !== false);
  return [...set.map((mode) => `\u001b[${mode}h`), modes.wraparoundMode ? "" : "\u001b[?7l"].join("");
}

/** Modes of which the library does not tell: a hidden cursor, its shape, and how a mouse is reported. */
function watchModes(terminal: Emulated): () => string {
  const kept = new Map<string, string>();
  const watched = new Set([25, 1_006, 1_016]);
  for (const final of ["h", "l"]) {
    terminal.parser.registerCsiHandler({ prefix: "?", final }, (modes) => {
      for (const mode of modes) {
        if (typeof mode === "number" && watched.has(mode)) kept.set(String(mode), `\u001b[?${String(mode)}${final}`);
      }
      return false;
    });
  }
  terminal.parser.registerCsiHandler({ intermediates: " ", final: "q" }, ([shape]) => {
    kept.set("shape", `\u001b[${String(shape ?? 0)} q`);
    return false;
  });
  terminal.parser.registerEscHandler({ final: "c" }, () => {
    kept.clear();
    return false;
  });
  terminal.parser.registerCsiHandler({ intermediates: "!", final: "p" }, () => {
    kept.delete("25");
    return false;
  });
  return () => [...kept.values()].join("");
}

/** The scrolling region of the screen that is shown: each of the two has its own, and a new size or a reset takes it away. */
function watchRegions(terminal: Emulated): () => Unseen["region"] {
  const regions: { normal?: Unseen["region"]; alternate?: Unseen["region"] } = {};
  terminal.parser.registerCsiHandler({ final: "r" }, ([top, bottom]) => {
    const wanted = {
      top: Number(top ?? 0) || 1,
      bottom: Math.min(Number(bottom ?? 0) || terminal.rows, terminal.rows),
    };
    const isWhole = wanted.top === 1 && wanted.bottom === terminal.rows;
    if (wanted.bottom > wanted.top) regions[terminal.buffer.active.type] = isWhole ? undefined : wanted;
    return false;
  });
  terminal.parser.registerCsiHandler({ intermediates: "!", final: "p" }, () => {
    regions[terminal.buffer.active.type] = undefined;
    return false;
  });
  const forget = () => {
    regions.normal = undefined;
    regions.alternate = undefined;
    return false;
  };
  terminal.parser.registerEscHandler({ final: "c" }, forget);
  terminal.onResize(forget);
  return () => regions[terminal.buffer.active.type];
}
