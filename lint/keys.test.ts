import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const renderer = path.join(path.dirname(import.meta.dirname), "src", "renderer");

/** Keys that a dialog or a field has for itself, whatever the table says. */
const own = new Set(["Escape", "Enter", "$mod+Enter", "Shift+Enter"]);

it('keys of commands are printed as the human has them: `command="…"` or <KeysOf>, and not a key written down', () => {
  const found = globSync("**/*.tsx", { cwd: renderer }).flatMap((file) =>
    [...readFileSync(path.join(renderer, file), "utf8").matchAll(/\bbinding="([^"]+)"/g)].flatMap(([, binding = ""]) =>
      own.has(binding) ? [] : [`${file}: ${binding}`],
    ),
  );
  expect(found).toEqual([]);
});
