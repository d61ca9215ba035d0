import { expect, it } from "vitest";
import { bindingSchema, defaultSettings, settingsOf, settingsSchema, someSettingsSchema } from "./settings.ts";

it("have defaults that fit", () => {
  expect(settingsSchema.parse(defaultSettings)).toEqual(defaultSettings);
});

it("of another version are passed over and not lost: what does not fit is at its default", () => {
  const kept = { theme: { value: "neon" }, zoom: { value: 9_000 }, warp: { value: [9] }, motion: { value: "full" } };
  expect(settingsOf(kept)).toEqual({ ...defaultSettings, motion: "full" });
});

it("that are not known cannot be set", () => {
  expect(someSettingsSchema.safeParse({ warp: 9 }).success).toBe(false);
  expect(someSettingsSchema.safeParse({ zoom: 120 }).success).toBe(true);
});

it("know a key, a chord and a sequence from what is none", () => {
  const keys = ["k", "?", "+", "F6", "Escape", "Shift+a", "[Shift]+?", "$mod+Shift+Enter", "$mod+=", "g 1 1", "é"];
  expect(keys.filter((key) => !bindingSchema.safeParse(key).success)).toEqual([]);
  const others = ["", " ", "g  g", "a b c d e", "$mod+", "(.*)", "k ", "$mod+k\n"];
  expect(others.filter((key) => bindingSchema.safeParse(key).success)).toEqual([]);
});
