import { describe, expect, it } from "vitest";
import { boundLines, boundText, visibleParts, withoutEscapes } from "./visible-text.ts";

const shown = (text: string, as?: Parameters<typeof visibleParts>[1]): string =>
  visibleParts(text, as)
    .map((part) => (part.kind === "mark" ? `<${part.text}>` : part.text))
    .join("");

describe("escape sequences", () => {
  it("are removed, whatever they would have done", () => {
    expect(withoutEscapes("\u001b[31mred\u001b[0m")).toBe("red");
    expect(withoutEscapes("\u001b]0;a title\u0007text")).toBe("text");
    expect(withoutEscapes("\u001b]52;c;ZXZpbA==\u001b\\text")).toBe("text");
    expect(withoutEscapes("\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007")).toBe("click");
    expect(withoutEscapes("\u009b2Jtext")).toBe("text");
  });

  it("do not swallow the rest of the text when one is never closed", () => {
    expect(withoutEscapes("before \u001b[31mafter")).toBe("before after");
  });

  it("hide nothing behind a string that has no end", () => {
    expect(withoutEscapes("\u001b]0;rm -rf / was run\nand this")).toBe("0;rm -rf / was run\nand this");
  });

  it("let a progress line show what it showed last", () => {
    expect(withoutEscapes("10 %\r50 %\rdone\nnext\r\n")).toBe("done\nnext\n");
  });
});

describe("the longest text an author may send", () => {
  it("is read in no time, whatever it is made of", () => {
    const many = 64_000;
    const begun = performance.now();
    expect(withoutEscapes(`\r${"x".repeat(many)}`)).toHaveLength(many);
    expect(withoutEscapes(`${"\r".repeat(many)}x`)).toBe("x");
    expect(withoutEscapes("\r".repeat(many))).toBe("");
    for (const begin of ["\u001b]", "\u0090", "\u009d", "\u001b[", "\u001bP0;"]) withoutEscapes(begin.repeat(many));
    expect(boundText("x".repeat(10_000_000)).length).toBeLessThan(260_000);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe("characters that act unseen", () => {
  it("are named", () => {
    expect(shown("rm \u202egpj.exe")).toBe("rm <U+202E>gpj.exe");
    expect(shown("a\u2066b\u2069c\u200bd\ufeff")).toBe("a<U+2066>b<U+2069>c<U+200B>d<U+FEFF>");
    expect(shown("bell\u0007 tag\u{e0041}")).toBe("bell<U+0007> tag<U+E0041>");
  });

  it("are one mark where one follows itself, and a bounded number of marks however many there are", () => {
    expect(visibleParts("\u202e".repeat(64_000))).toEqual([
      { kind: "mark", text: "U+202E ×64000", says: "right-to-left override" },
    ]);
    for (const as of ["text", "command"] as const) {
      const parts = visibleParts("a\u202eb\u00a0".repeat(16_000), as);
      expect(parts.length).toBeLessThan(500);
      expect(parts.at(-1)?.text.endsWith(as === "command" ? "b[U+00A0]" : "a[U+202E]b\u00a0")).toBe(true);
    }
  });

  it("are left alone where they are part of a picture", () => {
    expect(shown("👩\u200d💻")).toBe("👩\u200d💻");
    expect(shown("a\u200db")).toBe("a<U+200D>b");
    expect(shown("❤\ufe0f 1\ufe0f\u20e3 ☎\ufe0e")).toBe("❤\ufe0f 1\ufe0f\u20e3 ☎\ufe0e");
  });

  it("include, in a command, spaces that are not the plain one", () => {
    expect(shown("ls\u00a0-l")).toBe("ls\u00a0-l");
    expect(shown("ls\u00a0-l", "command")).toBe("ls<U+00A0>-l");
    expect(shown("ls\u2800-l\n", "command")).toBe("ls<U+2800>-l\n");
  });

  it("include, in a name, what begins another line", () => {
    expect(shown("a\n\tb", "name")).toBe("a<U+000A><U+0009>b");
  });

  it("include selectors that hide letters behind one that is seen", () => {
    expect(shown("a\ufe00\ufe0f\u{e0100}")).toBe("a<U+FE00><U+FE0F><U+E0100>");
  });

  it("include marks that would be piled over the lines around them", () => {
    expect(shown(`e${"\u0301".repeat(6)}`)).toBe(`e${"\u0301".repeat(6)}`);
    expect(shown(`e${"\u0301".repeat(5_000)}f`)).toBe(`e${"\u0301".repeat(6)}<U+0301>f`);
  });

  it("do not touch plain text of any script", () => {
    for (const text of ["", "plain", "שִׁלֽוֹם", "日本語\n\ttabs", "กุ้ง", "Tiê\u0309ng", "हिन्दी"])
      expect(visibleParts(text)).toEqual([{ kind: "text", text }]);
  });
});

it("cuts the middle out of a line that is too long, and says so", () => {
  const cut = boundLines(`short\n${"x".repeat(5_000)}`);
  expect(cut.startsWith("short\nxxx")).toBe(true);
  expect(cut).toContain("[…3000 characters left out…]");
  expect(cut.length).toBeLessThan(2_100);
});
