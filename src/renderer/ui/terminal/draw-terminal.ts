import { FitAddon } from "@xterm/addon-fit";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/xterm";
import type { TerminalGrid } from "../../../contract/terminals.ts";
import { drawWithGraphics } from "./graphics.ts";
import { readLook } from "./look.ts";
import { pasteable } from "./pasteable.ts";
import "@xterm/xterm/css/xterm.css";

/** What a drawn terminal tells. */
export interface TerminalTold {
  readonly onType: (text: string) => void;
  /** Its place has become another size. */
  readonly onGrid: (grid: TerminalGrid) => void;
  /** It has the keys, or has them no longer. */
  readonly onFocus: (inside: boolean) => void;
  /** Whether a key is not for the program. */
  readonly keeps: (event: KeyboardEvent) => boolean;
}

export interface TerminalType {
  /** In pixels. */
  readonly size: number;
  /** Lines kept of what scrolled off. */
  readonly scrollback: number;
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
  /** Reads the colours anew. */
  look(): void;
  retype(type: TerminalType): void;
  close(): void;
}

const smallest: TerminalGrid = { cols: 80, rows: 24 };

/** Draws a terminal into a place. Everything it shows was written by programs. */
export function drawTerminal(
  place: HTMLElement,
  label: string,
  type: TerminalType,
  told: () => TerminalTold,
): DrawnTerminal {
  const terminal = new Terminal({
    ...readLook(place),
    fontSize: type.size,
    scrollback: type.scrollback,
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

  let closed = false;
  let focusedOnce = false;
  function enter(): void {
    told().onFocus(true);
    if (!focusedOnce) void drawWithGraphics(terminal, () => !closed);
    focusedOnce = true;
  }
  const leave = (): void => told().onFocus(false);
  // React tells nothing of a focus that a closing dialog gives back.
  place.addEventListener("focusin", enter);
  place.addEventListener("focusout", leave);
  place.addEventListener("paste", paste, { capture: true });
  function follow(): void {
    const wanted = grid();
    if (wanted.cols !== terminal.cols || wanted.rows !== terminal.rows) told().onGrid(wanted);
  }
  const size = new ResizeObserver(follow);
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
    still(still) {
      terminal.options.disableStdin = still;
    },
    look() {
      terminal.options = readLook(place);
    },
    retype({ size: fontSize, scrollback }) {
      terminal.options = { fontSize, scrollback };
      follow();
    },
    close() {
      closed = true;
      size.disconnect();
      place.removeEventListener("focusin", enter);
      place.removeEventListener("focusout", leave);
      place.removeEventListener("paste", paste, { capture: true });
      terminal.dispose();
      leave();
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
