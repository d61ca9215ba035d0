import { Unicode11Addon } from "@xterm/addon-unicode11/lib/addon-unicode11.mjs";
import { Terminal } from "@xterm/headless/lib-headless/xterm-headless.mjs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEmulator } from "./emulator.ts";

const grid = { cols: 20, rows: 6 };
const esc = "\u001b";

type Plain = InstanceType<typeof Terminal>;

/** A terminal as the page has one. */
function plain(): Plain {
  const terminal = new Terminal({ ...grid, scrollback: 1_000, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  return terminal;
}

const write = (terminal: { write(text: string, drawn: () => void): void }, text: string) =>
  new Promise<void>((resolve) => terminal.write(text, resolve));

/** All that is seen of a terminal: each cell with its colours and marks, the cursor, which screen. */
function seen(terminal: Plain) {
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, y) => {
    const line = active.getLine(y);
    return Array.from({ length: terminal.cols }, (_none, x) => {
      const cell = line?.getCell(x);
      if (cell === undefined) return "";
      const chars = cell.getChars() || (cell.getWidth() === 0 ? "" : " ");
      // What is written in nothing's colour shows nothing but its ground.
      const fg =
        chars === " " && !cell.isInverse() && !cell.isUnderline() ? "" : `${cell.isFgRGB()}:${cell.getFgColor()}`;
      const marks = [
        cell.isBold(),
        cell.isDim(),
        cell.isItalic(),
        cell.isUnderline(),
        cell.isInverse(),
        cell.isStrikethrough(),
      ];
      const drawn = chars === " " ? [cell.isInverse(), cell.isUnderline(), cell.isStrikethrough()] : marks;
      return `${chars}|${fg}|${cell.isBgRGB()}:${cell.getBgColor()}|${drawn.map((set) => (set ? 1 : 0)).join("")}`;
    }).join(" ");
  });
  return { lines, cursor: [active.cursorX, active.cursorY], type: active.type, modes: terminal.modes };
}

const step = fc.oneof(
  fc.constantFrom("abc", "\r\n", "漢字かな", "🙂", "e\u0301", "\t", "\b", "x".repeat(25), "\n\n\n\n\n\n\n"),
  fc.constantFrom("1", "4", "7", "9", "2", "3", "0").map((digits) => `${esc}[${digits}m`),
  fc.constantFrom("31", "42", "97", "103", "39", "49", "53", "8").map((digits) => `${esc}[${digits}m`),
  fc.nat(255).map((colour) => `${esc}[38;5;${colour}m`),
  fc.nat(255).map((colour) => `${esc}[48;2;${colour};1;2m`),
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 20 })).map(([y, x]) => `${esc}[${y};${x}H`),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 6 })).map(([top, end]) => `${esc}[${top};${end}r`),
  fc
    .constantFrom("J", "1J", "K", "1K", "2K", "L", "M", "P", "@", "S", "T", "3X", "A", "B", "C", "D")
    .map((end) => `${esc}[${end}`),
  fc
    .constantFrom("?1049h", "?1049l", "?25l", "?1h", "?2004h", "4h", "4l", "?7l", "?7h")
    .map((mode) => `${esc}[${mode}`),
  fc.constantFrom(`${esc}M`, `${esc}D`, `${esc}[r`, `${esc}[!p`),
);
const steps = fc.array(step, { minLength: 1, maxLength: 40 }).map((all) => all.join(""));

describe("a screen that is told", () => {
  it("looks like the terminal it was told of, and goes on like it", async () => {
    await fc.assert(
      fc.asyncProperty(steps, steps, async (before, after) => {
        const truth = plain();
        const emulator = createEmulator(grid, () => undefined);
        await Promise.all([write(truth, before), write(emulator, before)]);
        const told = plain();
        await write(told, emulator.screen());
        expect(seen(told)).toEqual(seen(truth));
        await Promise.all([write(truth, after), write(told, after)]);
        expect(seen(told).lines.slice(-grid.rows)).toEqual(seen(truth).lines.slice(-grid.rows));
        emulator.close();
      }),
      { numRuns: 150, seed: 4 },
    );
  });
});

describe("the last rows of a screen", () => {
  it("read as they stand in the terminal's own buffer", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (text) => {
        const truth = plain();
        const emulator = createEmulator(grid, () => undefined);
        await Promise.all([write(truth, text), write(emulator, text)]);
        const { active } = truth.buffer;
        const screen = Array.from({ length: grid.rows }, (_, y) =>
          active.getLine(active.baseY + y)?.translateToString(),
        );
        const rows = emulator.rows(grid.rows).map((runs) => runs.map(([part]) => part).join(""));
        // What is written invisibly is not told.
        if (!text.includes(`${esc}[8m`))
          expect(rows).toEqual(screen.slice(0, rows.length).map((row) => row?.trimEnd()));
        expect(screen.slice(rows.length).join("").trim()).toBe("");
        emulator.close();
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it("have the sixteen colours of a terminal, the nearest of them for others", async () => {
    const emulator = createEmulator({ cols: 60, rows: 3 }, () => undefined);
    await write(
      emulator,
      `a${esc}[31mb${esc}[38;5;46mc${esc}[38;2;250;20;240md${esc}[38;5;250me${esc}[0;1mf${esc}[0;2mg\r\n`,
    );
    expect(emulator.rows(3)).toEqual([
      [
        ["a", -1, 0],
        ["b", 1, 0],
        ["c", 2, 0],
        ["d", 5, 0],
        ["e", -1, 0],
        ["f", -1, 1],
        ["g", -1, 2],
      ],
      [],
    ]);
    expect(emulator.rows(1)).toEqual([[]]);
  });
});
