import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { keysPage } from "./page.ts";

it("docs/keys.md says what the table says; `node scripts/keys-page.mjs` makes it so", () => {
  expect(readFileSync(new URL("../../docs/keys.md", import.meta.url), "utf8")).toBe(keysPage());
});
