import { expect, it } from "vitest";
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";
import { conflicts } from "./conflicts.ts";

it("has no key that means two things in one place", () => {
  expect(conflicts(commands)).toEqual([]);
});

it("would notice a key that means two things, or that is the start of another", () => {
  const made = (id: string, keys: string): Command => ({ id, title: id, scope: "grid", keys: [keys], run: () => {} });
  expect(conflicts([made("one", "x"), made("two", "x")])).toEqual(["grid: one and two both take x"]);
  expect(conflicts([made("one", "g"), made("two", "g x")])).toHaveLength(1);
});

it("names every command once", () => {
  const ids = commands.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it("has no native menu let anything pass", () => {
  for (const id of ["accept", "accept-for-thread", "waive", "decide-loosening"]) {
    expect(commands.find((command) => command.id === id)).not.toHaveProperty("menu");
  }
});

it("puts what cannot be undone on Shift", () => {
  for (const id of ["stop", "interrupt", "archive", "delete-workstream", "cancel"]) {
    expect(commands.find((command) => command.id === id)?.keys.every((keys) => keys.startsWith("Shift+"))).toBe(true);
  }
});
