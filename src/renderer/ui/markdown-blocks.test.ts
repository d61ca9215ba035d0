import { describe, expect, it } from "vitest";
import { inlineTokens, nothingRead, readMarkdown, type MarkdownRead } from "./markdown-blocks.ts";

const texts = [
  "# Title\n\nSome **bold** text\nand more.\n\n- one\n\n- two\n  - nested\n\n1. first\n2. second\n\nThe end.",
  "Before\n\n```ts\nconst a = 1;\n\n\nconst b = 2;\n```\n\nafter\n---\n\n> quoted\nlazily\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nlast",
  "a\n===\n\n    indented\n\n<div>\nraw\n</div>\n\n[x]: http://a.example\n\n[x] and ~~gone~~",
];

const sources = ({ blocks }: MarkdownRead) => blocks.map(({ source, token }) => [token?.type, source]);

describe("Markdown that grows", () => {
  it("is read as it is when it comes whole, and never loses or doubles a part", () => {
    for (const text of texts) {
      let read = nothingRead;
      for (let end = 1; end <= text.length; end += 1) {
        read = readMarkdown(read, text.slice(0, end), true);
        expect(read.blocks.map(({ source }) => source).join("")).toBe(text.slice(0, end));
      }
      expect(sources(readMarkdown(read, text, false))).toEqual(sources(readMarkdown(nothingRead, text, false)));
    }
  });

  it("keeps the blocks before the last as they are", () => {
    const first = readMarkdown(nothingRead, "One.\n\nTwo.\n\nThr", true);
    const second = readMarkdown(first, "One.\n\nTwo.\n\nThree.", true);
    expect(second.blocks[0]).toBe(first.blocks[0]);
    expect(second.blocks[2]).toBe(first.blocks[2]);
  });

  it("is not read again and again where it has become long", () => {
    const read = readMarkdown(nothingRead, "word\n".repeat(4_000), true);
    expect(read.blocks).toMatchObject([{ token: undefined }]);
    expect(readMarkdown(read, read.text, false).blocks[0]?.token?.type).toBe("paragraph");
  });
});

it("reads what was made to be slow in time, and as it stands where it is too deep", () => {
  const made = [">", "> ", "1. ", "- ", "*a ", "[", "`a", "<", "![", "_a ", "**_", "  - a\n", "\\", "|a", "~~a"];
  const staircase = Array.from({ length: 250 }, (_, depth) => `${" ".repeat(depth * 2)}- a`).join("\n");
  for (const text of [...made.map((piece) => piece.repeat(64_000 / piece.length)), staircase]) {
    const begun = performance.now();
    const { blocks } = readMarkdown(nothingRead, text, false);
    for (const { token } of blocks) if (token?.type === "paragraph") inlineTokens(token.raw);
    expect(blocks.map(({ source }) => source).join("")).toBe(text);
    expect(performance.now() - begun).toBeLessThan(1_500);
  }
});
