import { expect, it } from "vitest";
import { ok } from "../contract/errors.ts";
import type { Event } from "../contract/events.ts";
import { fold } from "../contract/fold.ts";
import { settingsOf } from "../contract/settings.ts";
import { emptyFleetState } from "../contract/states.ts";
import { createSettings } from "./settings.ts";

const by = { actor: { kind: "human" } } as const;

function stand() {
  let state = emptyFleetState;
  const told: Event[] = [];
  const settings = createSettings({
    state: () => state,
    record(events) {
      told.push(...events);
      for (const event of events) state = fold(state, { event, at: 1 });
      return Promise.resolve(ok(undefined));
    },
  });
  return { settings, told, state: () => state };
}

it("tells each change, and nothing of what already is so", async () => {
  const { settings, told, state } = stand();
  await settings.change({ theme: "dark", zoom: 100 }, [], by);
  await settings.change({ theme: "dark" }, [], by);
  expect(told).toEqual([{ type: "setting.changed", name: "theme", kept: { value: "dark" } }]);
  expect(settingsOf(state().settings).theme).toBe("dark");
});

it("keeps nothing of a setting that is at its default, whichever way it came there", async () => {
  const { settings, state } = stand();
  await settings.change({ theme: "dark", zoom: 150 }, [], by);
  await settings.change({ zoom: 100 }, ["theme"], by);
  expect(state().settings).toEqual({});
});
