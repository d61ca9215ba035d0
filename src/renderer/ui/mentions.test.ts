import { expect, it } from "vitest";
import { triggerAt, withMention } from "./mentions.ts";

it("finds what is being mentioned, at the caret only", () => {
  expect(triggerAt("look at @src/pay", 16)).toEqual({ what: "file", text: "src/pay", from: 8, to: 16 });
  expect(triggerAt("@", 1)).toMatchObject({ what: "file", text: "" });
  expect(triggerAt("why is #retry", 13)).toMatchObject({ what: "symbol", text: "retry" });
  for (const text of ["ada@example.com", "# Heading", "#1", "plain", "@done here"]) {
    expect(triggerAt(text, text.length)).toBeUndefined();
  }
});

it("writes what the author can use, and quotes what is no single word", () => {
  const trigger = { what: "file", text: "re", from: 4, to: 7 } as const;
  expect(withMention("see @re now", trigger, { path: "src/retry.ts", changed: false })).toEqual({
    text: "see src/retry.ts  now",
    caret: 17,
  });
  expect(withMention("see @re", trigger, { path: "a b\u202e.ts", changed: false }).text).toBe('see "a b\u202e.ts" ');
  expect(withMention("see #re", trigger, { path: "a.ts", line: 7, name: "retry", changed: true }).text).toBe(
    "see a.ts:7 retry ",
  );
});
