import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFilter } from "./filter.ts";

const esc = "\u001b";

function shown(...chunks: string[]): string {
  const filter = createFilter();
  return chunks.map((chunk) => filter(chunk).shown).join("");
}

function whole(...chunks: string[]): string {
  const filter = createFilter();
  return chunks.map((chunk) => filter(chunk).whole).join("");
}

/** Pieces of which hostile and honest programs make their output. */
const piece = fc.oneof(
  fc.constantFrom(
    "ls -la\r\n",
    "é漢字🙂",
    "e\u0301\u0302",
    `${esc}[31;1m`,
    `${esc}[2J${esc}[3;4H`,
    `${esc}[?1049h`,
    `${esc}]0;title\u0007`,
    `${esc}]52;c;cm0gLXJmIC8=${esc}\\`,
    `${esc}]8;;file:///etc/passwd${esc}\\x`,
    `${esc}P$qm${esc}\\`,
    `${esc}_Gf=24;AAAA${esc}\\`,
    `\u009d2;title\u009c`,
    `\u009b31m`,
    `${esc}[6n`,
    `${esc}[>c`,
    `${esc}(0`,
    `${esc}#8`,
    `${esc}[2147483647b`,
    `${esc}[1\r2\u0007;3H`,
    `${esc}[${"1;".repeat(300)}m`,
    `${esc}${esc}[m`,
    `${esc}[12\u0018m`,
    "\u202egnp.exe",
    `${esc}]never ends`,
    esc,
    `${esc}[`,
  ),
  fc.string({ unit: "grapheme", maxLength: 5 }),
  fc.string({ unit: "binary", maxLength: 5 }),
);

function cutAnywhere(text: string, places: readonly number[]): string[] {
  const at = [...new Set(places.map((place) => place % (text.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...at].map((from, index) => text.slice(from, at[index] ?? text.length));
}

describe("what reaches a terminal", () => {
  it("is the same wherever the output is cut", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 8 }), (pieces, places) => {
        const text = pieces.join("");
        const chunks = cutAnywhere(text, places);
        expect(whole(...chunks)).toBe(whole(text));
        expect(shown(...chunks)).toBe(shown(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("ends with a whole sequence, however it began", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        // Nothing of the next text is taken for the rest of a sequence.
        expect(whole(pieces.join(""))).not.toMatch(new RegExp(`${esc}$|${esc}\\[[0-?]*$|\u009b|\u009d|\u0090`));
      }),
    );
  });

  it("has no string to the terminal, so no title, link, clipboard, palette or picture", () => {
    for (const [from, to] of [
      [`${esc}]`, "\u0007"],
      [`${esc}]`, `${esc}\\`],
      [`${esc}P`, `${esc}\\`],
      [`${esc}X`, `${esc}\\`],
      [`${esc}^`, `${esc}\\`],
      [`${esc}_`, `${esc}\\`],
      ["\u009d", "\u009c"],
      ["\u0090", "\u009c"],
      [`${esc}\r]`, "\u0007"],
    ]) {
      expect(shown(`a${from ?? ""}52;c;${"x".repeat(50_000)}`, `yy${to ?? ""}b`)).not.toMatch(/52|x|y/);
      expect(shown(`a${from ?? ""}0;t`, `u${to ?? ""}b`)).toMatch(/^a.*b$/s);
    }
  });

  it("asks only the emulator", () => {
    for (const question of ["c", "0c", ">c", "=c", "5n", "6n", "?6n", "?2026$p", "4$p", ">q", ">0q"]) {
      expect(whole(`a${esc}[${question}b`)).toBe(`a${esc}[${question}b`);
      expect(shown(`a${esc}[${question}b`)).toBe("ab");
    }
    expect(shown(`${esc}[!p${esc}[2 q${esc}[0"q`)).toBe(`${esc}[!p${esc}[2 q${esc}[0"q`);
  });

  it("repeats nothing more often than there can be cells", () => {
    for (const final of "@ILMPSTXZ^b") expect(shown(`${esc}[2147483647${final}`)).toBe(`${esc}[500${final}`);
    expect(shown(`${esc}[99999;99999H`)).toBe(`${esc}[9999;9999H`);
    expect(shown(`${esc}[38;2;255;128;7m`)).toBe(`${esc}[38;2;255;128;7m`);
  });

  it("moves no window, and keeps no sequence that does not end", () => {
    expect(shown(`a${esc}[8;999;999tb${esc}[21tc`)).toBe("abc");
    expect(shown(`a${esc}[${"1;".repeat(200_000)}`, `1mb`)).toBe("ab");
  });

  it("shows what would turn the direction of text around", () => {
    expect(shown("safe\u202egnp.exe")).toBe("safe\ufffdgnp.exe");
    expect(shown("\u2066\u200f\u061c")).toBe("\ufffd\ufffd\ufffd");
  });

  it("bounds the marks on one character, whatever stands between them", () => {
    const mark = "\u0301";
    expect(shown(`e${mark.repeat(1_000)}`, mark.repeat(1_000), "f").length).toBe(18);
    expect(shown(`e${`${mark}${esc}[m`.repeat(1_000)}`).split(mark).length).toBe(17);
    expect(shown(`e${mark}e${mark}`)).toBe(`e${mark}e${mark}`);
  });
});
