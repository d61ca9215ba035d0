import { expect, it } from "vitest";
import { bindingSchema } from "../../contract/settings.ts";
import { pressOf } from "./record.ts";

const none = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };

it("writes what was pressed as the table does", () => {
  const pressed = [
    pressOf({ ...none, key: "k" }, false),
    pressOf({ ...none, key: "K", shiftKey: true }, false),
    pressOf({ ...none, key: "k", ctrlKey: true }, false),
    pressOf({ ...none, key: "k", metaKey: true }, true),
    pressOf({ ...none, key: "k", ctrlKey: true }, true),
    pressOf({ ...none, key: "?", shiftKey: true }, false),
    pressOf({ ...none, key: "/" }, false),
    pressOf({ ...none, key: "Enter", ctrlKey: true, shiftKey: true }, false),
    pressOf({ ...none, key: " " }, false),
    pressOf({ ...none, key: "1", altKey: true }, false),
    pressOf({ ...none, key: "+", ctrlKey: true, shiftKey: true }, false),
  ];
  expect(pressed).toEqual([
    "k",
    "Shift+k",
    "$mod+k",
    "$mod+k",
    "Control+k",
    "[Shift]+?",
    "/",
    "$mod+Shift+Enter",
    "Space",
    "Alt+1",
    "$mod+[Shift]++",
  ]);
  expect(pressed.every((binding) => bindingSchema.safeParse(binding).success)).toBe(true);
});

it("waits for more than a modifier", () => {
  expect(["Shift", "Control", "Dead"].map((key) => pressOf({ ...none, key }, false))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
