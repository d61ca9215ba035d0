import { expect, it } from "vitest";
import { ok } from "../../contract/errors.ts";
import { emptyFleetState, type FleetState } from "../../contract/states.ts";
import { find } from "./find.ts";
import type { Storage } from "./parts.ts";
import { makeWorkstream } from "./test-stand.ts";

const rows = [1, 2, 12].map((number) => makeWorkstream(`w000000${String(number).padStart(2, "0")}`, number));
const [one, two, twelve] = rows.map(({ id }) => id);
const state: FleetState = { ...emptyFleetState, workstreams: Object.fromEntries(rows.map((row) => [row.id, row])) };

/** What the storage was asked for a text. */
async function asked(text: string) {
  const calls: Parameters<Storage["search"]>[] = [];
  const storage: Pick<Storage, "search"> = {
    search(...call) {
      calls.push(call);
      return Promise.resolve(ok({ hits: [], groups: [], total: 0, more: false, partial: false, pending: 0 }));
    },
  };
  const page = { order: "best", perWorkstream: 5, limit: 50, offset: 0 } as const;
  const told = await find({ storage, state, clock: () => 0 }, { text, ...page });
  return { query: calls[0]?.[0], page: calls[0]?.[1], ignored: told.ok ? told.value.ignored : [] };
}

it("looks workstreams up by number, by whole name, else by a part of it", async () => {
  expect((await asked("x in:#2")).query?.only.workstreams).toEqual([two]);
  expect((await asked("x in:1")).query?.only.workstreams).toEqual([one]);
  expect((await asked("x in:fix-thing-1")).query?.only.workstreams).toEqual([one]);
  expect((await asked("x -in:thing-12")).query?.without.workstreams).toEqual([twelve]);
});

it("says what has no such name, and does not ask for everything", async () => {
  expect(await asked("in:nothing =>")).toMatchObject({
    query: undefined,
    ignored: ["=>: has no letter and no digit", "in:nothing: there is none of that name"],
  });
});

it("tells all hits of one workstream when only it was asked for", async () => {
  expect((await asked("x in:1")).page?.perWorkstream).toBeGreaterThan(1_000);
  expect((await asked("x")).page?.perWorkstream).toBe(5);
});
