import { describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import { aRow, human, openFleet, stateOf } from "./test-stand.ts";

const project = {
  id: aRow(1).projectId,
  name: "repo",
  root: "/repo",
  gitDir: "/repo/.git",
  defaultBranch: "main",
  identity: true,
  openedAt: 0,
  policy: { source: "embedded" as const },
};
const damaged = [{ table: "workstreams", id: aRow(2).id, why: "Not JSON." }];

describe("a workstream whose row is damaged", () => {
  it("is told to the human as frozen, and the others go on", async () => {
    const from = { ...stateOf(aRow(1)), projects: { [project.id]: project } };
    const { journal, row, clock, fleet } = await openFleet({ from, deps: { damaged } });
    expect(row(aRow(1).id).phase).toBe("working");
    const [item, ...others] = Object.values(journal.state().attention);
    expect(item).toMatchObject({
      kind: "frozen",
      workstreamId: aRow(2).id,
      ask: expect.stringContaining("cox doctor"),
    });
    expect(others).toEqual([]);
    await clock.pass(60_000);
    expect(Object.keys(journal.state().attention)).toEqual([item?.id]);
    expect(await fleet.stop(aRow(2).id, undefined, human)).toMatchObject({ error: { code: "NOT_FOUND" } });
  });

  it("is told again by the next start while it lasts, and no longer when it was mended", async () => {
    const { journal } = await openFleet({ from: stateOf(), deps: { damaged } });
    const first = journal.state();
    const again = await openFleet({ from: first, deps: { damaged } });
    expect(again.journal.state().attention).toEqual(first.attention);
    const mended = await openFleet({ from: first });
    expect(mended.journal.state().attention).toEqual({});
  });

  it("does not have its number given to another", async () => {
    const settings = new Map<string, unknown>();
    const before = await openFleet({ settings });
    await before.start({ attempts: 2 });
    const { fleet } = await openFleet({
      settings,
      from: { ...stateOf(aRow(1)), projects: { [project.id]: project } },
      deps: { damaged },
    });
    expect(unwrap(await fleet.start({ text: "More", attempts: 1 }, human)).map((row) => row.number)).toEqual([3]);
  });
});
