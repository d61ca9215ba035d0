import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

it("the bootstrap needs nothing that is not there before the first install", () => {
  const scripts = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".mjs"));
  const imported = scripts.flatMap((name) =>
    [...readFileSync(path.join(import.meta.dirname, name), "utf8").matchAll(/^import .* from "(.+)";$/gm)].map(
      ([, specifier]) => specifier,
    ),
  );
  expect(imported).toContain("./run.mjs");
  expect(imported.filter((specifier) => !/^(node:|\.\/[a-z-]+\.mjs$)/.test(specifier ?? ""))).toEqual([]);
});
