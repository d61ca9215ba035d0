import { expect, it } from "vitest";
import { defaultSettings } from "../contract/settings.ts";
import type { Client } from "../contract/procedures.ts";
import { settings } from "./settings.ts";

function run(args: object) {
  const asked: unknown[] = [];
  const client = {
    settings: {
      read: () => Promise.resolve({ settings: { ...defaultSettings, zoom: 150 }, changed: ["zoom"] }),
      change: (input: unknown) => {
        asked.push(input);
        return Promise.resolve({});
      },
    },
  } as unknown as Client;
  const answer = settings.run({ client, args, workstreamId: undefined, now: 0, tell: () => {}, surface: "cli" });
  return answer.then(({ text }) => ({ text, asked }));
}

it("shows what is set and what the default is", async () => {
  const { text } = await run({});
  expect(text.split("\n").slice(0, 2)).toEqual(["theme  system", "zoom  150  (default 100)"]);
  expect((await run({ name: "zoom" })).text).toBe("zoom  150  (default 100)");
});

it("sets one, as a word, a number or an object", async () => {
  expect((await run({ name: "theme", value: "dark" })).asked).toEqual([{ set: { theme: "dark" } }]);
  expect((await run({ name: "zoom", value: "125" })).asked).toEqual([{ set: { zoom: 125 } }]);
  const keys = { palette: ["$mod+p"] };
  expect((await run({ name: "keys", value: JSON.stringify(keys) })).asked).toEqual([{ set: { keys } }]);
  expect((await run({ name: "zoom", reset: true })).asked).toEqual([{ reset: ["zoom"] }]);
});

it("says what it does not know, and what does not fit", async () => {
  await expect(run({ name: "warp" })).rejects.toThrow("There is no setting");
  await expect(run({ name: "zoom", value: "9000" })).rejects.toThrow("does not fit zoom");
});
