import { describe, expect, it } from "vitest";
import { boundLines, visibleParts, withoutEscapes, withoutOuterBreaks } from "./visible-text.ts";

const shown = (text: string, strict = false): string =>
  visibleParts(text, strict)
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
    expect(withoutOuterBreaks(`\nx${"\n".repeat(many)}x\n`)).toHaveLength(many + 2);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe("characters that act unseen", () => {
  it("are named", () => {
    expect(shown("rm \u202egpj.exe")).toBe("rm <U+202E>gpj.exe");
    expect(shown("a\u2066b\u2069c\u200bd\ufeff")).toBe("a<U+2066>b<U+2069>c<U+200B>d<U+FEFF>");
    expect(shown("bell\u0007 tag\u{e0041}")).toBe("bell<U+0007> tag<U+E0041>");
  });

  it("are left alone where they are part of a picture", () => {
    expect(shown("👩\u200d💻")).toBe("👩\u200d💻");
    expect(shown("a\u200db")).toBe("a<U+200D>b");
  });

  it("include, in a command, spaces that are not the plain one", () => {
    expect(shown("ls\u00a0-l")).toBe("ls\u00a0-l");
    expect(shown("ls\u00a0-l", true)).toBe("ls<U+00A0>-l");
  });

  it("do not touch plain text of any script", () => {
    for (const text of ["", "plain", "שלום", "日本語\n\ttabs"])
      expect(visibleParts(text)).toEqual([{ kind: "text", text }]);
  });
});

it("cuts the middle out of a line that is too long, and says so", () => {
  const cut = boundLines(`short\n${"x".repeat(5_000)}`);
  expect(cut.startsWith("short\nxxx")).toBe(true);
  expect(cut).toContain("[…3000 characters left out…]");
  expect(cut.length).toBeLessThan(2_100);
});
