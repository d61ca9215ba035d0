import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

/** What a script imports, and what its own scripts import in turn. */
function reachable(script: string): string[] {
  const text = readFileSync(path.join(import.meta.dirname, script), "utf8");
  const named = [...text.matchAll(/^import [^;]*?"([^"]+)";$/gm)].flatMap(([, specifier]) => specifier ?? []);
  return named.flatMap((specifier) =>
    specifier.startsWith("./") ? [specifier, ...reachable(specifier.slice(2))] : [specifier],
  );
}

it("the bootstrap needs nothing that is not there before the first install", () => {
  const imported = reachable("bootstrap.mjs");
  expect(imported).toContain("./tally.mjs");
  expect(imported.filter((specifier) => !/^(node:|\.\/[a-z-]+\.mjs$)/.test(specifier))).toEqual([]);
});
