import type { IBuffer, IBufferCell, IBufferLine, Terminal } from "@xterm/headless";

/** What the emulator's library does not tell of a terminal, and its modes. */
export interface Unseen {
  /** The control sequences that bring a new terminal into the same modes. */
  readonly modes: string;
  /** The scrolling region of the active screen, counted from 1; undefined when it is all of it. */
  readonly region: { readonly top: number; readonly bottom: number } | undefined;
  /** What the next character will look like. */
  readonly pen: Style | undefined;
}

type Style = Omit<IBufferCell, "getWidth" | "getChars" | "getCode">;

/** A text that brings an empty terminal of the same size to look like this one, and to go on like it. */
export function screenText(terminal: Terminal, scrollback: number, { modes, region, pen }: Unseen): string {
  const { normal, active } = terminal.buffer;
  const parts = [linesOf(normal, terminal, scrollback), place(normal, terminal, 0)];
  if (active.type === "alternate") {
    parts.push("\u001b[?1049h\u001b[H", linesOf(active, terminal, 0));
  }
  parts.push(modes);
  // Setting the region sends the cursor home, and with the origin mode places are counted from its top.
  const offset = terminal.modes.originMode ? (region?.top ?? 1) - 1 : 0;
  if (region !== undefined) parts.push(`\u001b[${String(region.top)};${String(region.bottom)}r`);
  parts.push(place(active, terminal, offset));
  if (pen !== undefined) parts.push(styleText(pen));
  return parts.join("");
}

/** The lines of a screen from its top, with so many of those that scrolled off it. */
function linesOf(buffer: IBuffer, { cols }: Terminal, scrollback: number): string {
  const first = Math.max(0, buffer.baseY - scrollback);
  const lines = Array.from({ length: buffer.length - first }, (_, at) => buffer.getLine(first + at));
  return lines
    .map((line, at) => {
      const goesOn = lines[at + 1]?.isWrapped === true;
      // A line that goes on is full, so that the next character begins the next one.
      const text = line === undefined ? "" : lineText(line, cols, goesOn);
      return at + 1 === lines.length || goesOn ? text : `${text}\r\n`;
    })
    .join("");
}

function lineText(line: IBufferLine, cols: number, full: boolean): string {
  let text = "";
  let blanks = "";
  let style = plainStyle;
  for (let x = 0; x < cols;) {
    const cell = line.getCell(x);
    if (cell === undefined) break;
    const width = Math.max(1, cell.getWidth());
    const drawn = styleText(cell);
    const chars = cell.getChars();
    if (chars === "" && drawn === plainStyle && !full) blanks += " ";
    else {
      if (blanks !== "" && style !== plainStyle) text += plainStyle;
      text += blanks;
      if (blanks !== "") style = plainStyle;
      blanks = "";
      if (drawn !== style) text += drawn;
      style = drawn;
      text += chars === "" ? " " : chars;
    }
    x += width;
  }
  return style === plainStyle ? text : text + plainStyle;
}

/** Puts the cursor where it is. Behind the last column it waits for the next character to begin a new line. */
function place(buffer: IBuffer, { cols }: Terminal, offset: number): string {
  const { cursorX, cursorY, baseY } = buffer;
  const row = String(cursorY + 1 - offset);
  if (cursorX < cols) return `\u001b[${row};${String(cursorX + 1)}H`;
  const line = buffer.getLine(baseY + cursorY);
  const wide = line?.getCell(cols - 1)?.getWidth() === 0;
  const last = line?.getCell(wide ? cols - 2 : cols - 1);
  const again = last === undefined ? " " : `${styleText(last)}${last.getChars() || " "}${plainStyle}`;
  return `\u001b[${row};${String(wide ? cols - 1 : cols)}H${again}`;
}

const plainStyle = "\u001b[0m";

/** The one sequence that sets exactly this style. */
function styleText(style: Style): string {
  if (style.isAttributeDefault()) return plainStyle;
  const marks = [
    style.isBold() && "1",
    style.isDim() && "2",
    style.isItalic() && "3",
    style.isUnderline() && "4",
    style.isBlink() && "5",
    style.isInverse() && "7",
    style.isInvisible() && "8",
    style.isStrikethrough() && "9",
    style.isOverline() && "53",
  ].filter(Boolean);
  const colours = [
    ...colour("38", style.isFgDefault(), style.isFgRGB(), style.getFgColor()),
    ...colour("48", style.isBgDefault(), style.isBgRGB(), style.getBgColor()),
  ];
  return `\u001b[0;${[...marks, ...colours].join(";")}m`.replace(";m", "m");
}

function colour(which: string, isDefault: boolean, isRgb: boolean, value: number): string[] {
  if (isDefault) return [];
  if (!isRgb) return [which, "5", String(value)];
  return [which, "2", String(value >> 16), String((value >> 8) & 255), String(value & 255)];
}
