import { expect, it } from "vitest";
import { fit } from "./fuzzy.ts";

const best = (typed: string, paths: readonly string[]): string | undefined =>
  paths
    .flatMap((path) => ({ path, score: fit(typed, path) ?? -Infinity }))
    .toSorted((a, b) => b.score - a.score)
    .at(0)?.path;

it("wants all letters in their order", () => {
  expect(fit("abc", "a/b/c.ts")).toBeDefined();
  expect(fit("acb", "a/b/c.ts")).toBeUndefined();
  expect(fit("", "any")).toBeDefined();
});

it("prefers the file's own name, its beginning, and beginnings of words", () => {
  expect(best("retry", ["docs/retry/notes.md", "src/payments/retry.ts", "src/no-retry-here.ts"])).toBe(
    "src/payments/retry.ts",
  );
  expect(best("pc", ["src/specific.ts", "src/payments/client.ts"])).toBe("src/payments/client.ts");
});
