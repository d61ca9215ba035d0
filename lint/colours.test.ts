import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const renderer = path.join(path.dirname(import.meta.dirname), "src", "renderer");

/** The one file that may name a colour; everything else takes its variables, so that both themes stay whole. */
const themeFile = path.join("ui", "theme.css");

const colour = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(/i;

it("colours are named in src/renderer/ui/theme.css only; elsewhere use its variables: var(--…)", () => {
  const others = globSync("**/*.css", { cwd: renderer }).filter((file) => file !== themeFile);
  const named = others.flatMap((file) =>
    readFileSync(path.join(renderer, file), "utf8")
      .split("\n")
      .flatMap((line, index) => (colour.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(named).toEqual([]);
});
