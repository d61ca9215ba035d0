import type { IBufferCell, IBufferLine, Terminal } from "@xterm/headless";
import type { TerminalRun } from "../../contract/terminals.ts";

/** The last rows of the screen that hold anything, from above, at most so many. */
export function lastRows(terminal: Terminal, most: number): TerminalRun[][] {
  const { active } = terminal.buffer;
  let end = terminal.rows;
  while (end > active.cursorY + 1 && isBlank(active.getLine(active.baseY + end - 1))) end -= 1;
  const first = Math.max(0, end - most);
  return Array.from({ length: end - first }, (_, at) => {
    const line = active.getLine(active.baseY + first + at);
    return line === undefined ? [] : runsOf(line, terminal.cols);
  });
}

function isBlank(line: IBufferLine | undefined): boolean {
  return line === undefined || line.translateToString(true) === "";
}

function runsOf(line: IBufferLine, cols: number): TerminalRun[] {
  const runs: TerminalRun[] = [];
  const end = Math.min(cols, line.translateToString(true).length === 0 ? 0 : cols);
  for (let x = 0; x < end; x += 1) {
    const cell = line.getCell(x);
    // The second half of a wide character is part of the first.
    if (cell === undefined || cell.getWidth() === 0) continue;
    const run: TerminalRun = [cell.isInvisible() ? " " : cell.getChars() || " ", colourOf(cell), markOf(cell)];
    const last = runs.at(-1);
    const sameLook = last !== undefined && ((last[1] === run[1] && last[2] === run[2]) || run[0] === " ");
    if (sameLook && last[0].length + run[0].length <= 1_000) last[0] += run[0];
    else runs.push(run);
  }
  const last = runs.at(-1);
  if (last !== undefined) last[0] = last[0].trimEnd();
  return runs.filter(([text]) => text !== "");
}

function markOf(cell: IBufferCell): 0 | 1 | 2 {
  if (cell.isBold() !== 0) return 1;
  return cell.isDim() === 0 ? 0 : 2;
}

/** One of the sixteen colours, which the page draws so that they can be read; others are told by the nearest hue. */
function colourOf(cell: IBufferCell): number {
  if (cell.isFgDefault() || cell.isInverse() !== 0) return -1;
  const value = cell.getFgColor();
  if (cell.isFgRGB()) return nearest(value >> 16, (value >> 8) & 255, value & 255);
  if (value < 16) return value;
  if (value >= 232) return value < 244 ? 8 : -1;
  const cube = value - 16;
  return nearest(...([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => step * 51) as Rgb));
}

type Rgb = [red: number, green: number, blue: number];

/** Red, yellow, green, cyan, blue, magenta, around the circle. */
const hues = [1, 3, 2, 6, 4, 5];

function nearest(...[red, green, blue]: Rgb): number {
  const most = Math.max(red, green, blue);
  const span = most - Math.min(red, green, blue);
  if (span < 40) return most < 128 ? 8 : -1;
  const turn =
    most === red ? (green - blue) / span : most === green ? 2 + (blue - red) / span : 4 + (red - green) / span;
  return hues[(Math.round(turn) + 6) % 6] ?? -1;
}
