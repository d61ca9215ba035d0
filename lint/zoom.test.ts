import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const renderer = path.join(path.dirname(import.meta.dirname), "src", "renderer");

/** A query of the window's size, and units of it: the window's zoom is of the page, and changes neither. */
const ofWindow = /@media[^{]*\b(?:width|height)\b|\d[sld]?v(?:h|w|i|b|min|max)\b/;

it("sizes follow the zoom: ask `@container page (max-width: …)`, and write cqw and cqh for vw and vh", () => {
  const found = globSync("**/*.css", { cwd: renderer }).flatMap((file) =>
    readFileSync(path.join(renderer, file), "utf8")
      .split("\n")
      .flatMap((line, index) => (ofWindow.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});
