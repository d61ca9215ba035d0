import { FitAddon } from "@xterm/addon-fit";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/xterm";
import type { TerminalGrid } from "../../../contract/terminals.ts";
import { readLook } from "./look.ts";
import { pasteable } from "./pasteable.ts";
import "@xterm/xterm/css/xterm.css";

/** What a drawn terminal tells. */
export interface TerminalTold {
  readonly onType: (text: string) => void;
  /** Its place has become another size. */
  readonly onGrid: (grid: TerminalGrid) => void;
  /** Whether a key is not for the program. */
  readonly keeps: (event: KeyboardEvent) => boolean;
}

export interface DrawnTerminal {
  /** How large it would be to fill its place. */
  grid(): TerminalGrid;
  /** Shows a screen in place of all it shows. */
  begin(grid: TerminalGrid, screen: string): void;
  /** `done` is called once the text is part of the screen. */
  draw(text: string, done: () => void): void;
  resize(grid: TerminalGrid): void;
  focus(): void;
  /** Whether nothing can be typed. */
  still(still: boolean): void;
  /** Reads colours and type anew. */
  look(): void;
  close(): void;
}

const smallest: TerminalGrid = { cols: 80, rows: 24 };

/** Draws a terminal into a place. Everything it shows was written by programs. */
export function drawTerminal(place: HTMLElement, label: string, told: () => TerminalTold): DrawnTerminal {
  const terminal = new Terminal({
    ...readLook(place),
    scrollback: 1_000,
    minimumContrastRatio: 4.5,
    cursorBlink: false,
    // Nothing that a program prints can be opened from here.
    linkHandler: { activate: () => undefined },
    logLevel: "off",
    // For the widths of characters, which have to be the engine's.
    allowProposedApi: true,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  terminal.open(place);
  terminal.textarea?.setAttribute("aria-label", label);
  terminal.onData((text) => told().onType(text));
  terminal.attachCustomKeyEventHandler((event) => event.type !== "keydown" || !isOurs(terminal, event, told()));

  function paste(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    terminal.paste(pasteable(event.clipboardData?.getData("text/plain") ?? ""));
  }

  function grid(): TerminalGrid {
    const { cols, rows } = fit.proposeDimensions() ?? smallest;
    if (!Number.isFinite(cols) || !Number.isFinite(rows)) return smallest;
    return { cols: Math.min(500, Math.max(2, cols)), rows: Math.min(300, Math.max(1, rows)) };
  }

  place.addEventListener("paste", paste, { capture: true });
  const size = new ResizeObserver(() => {
    const wanted = grid();
    if (wanted.cols !== terminal.cols || wanted.rows !== terminal.rows) told().onGrid(wanted);
  });
  size.observe(place);

  return {
    grid,
    begin({ cols, rows }, screen) {
      terminal.reset();
      terminal.resize(cols, rows);
      terminal.write(screen);
    },
    draw: (text, done) => terminal.write(text, done),
    resize: ({ cols, rows }) => terminal.resize(cols, rows),
    focus: () => terminal.focus(),
    still: (still) => (terminal.options.disableStdin = still),
    look: () => (terminal.options = readLook(place)),
    close() {
      size.disconnect();
      place.removeEventListener("paste", paste, { capture: true });
      terminal.dispose();
    },
  };
}

/** Keys that are not for the program: those of the window, and copy and paste. */
function isOurs(terminal: Terminal, event: KeyboardEvent, { keeps }: TerminalTold): boolean {
  if (keeps(event)) return true;
  const chord = event.metaKey || (event.ctrlKey && event.shiftKey);
  if (!chord || event.altKey) return false;
  const key = event.key.toLowerCase();
  // The browser pastes, and what it pastes is looked at on its way.
  if (key === "v") return true;
  if (key !== "c") return false;
  const selected = terminal.getSelection();
  event.preventDefault();
  if (selected !== "") void navigator.clipboard.writeText(selected).catch(() => undefined);
  return true;
}
