import { describe, expect, it } from "vitest";
import { fold } from "../../contract/fold.ts";
import { unwrap } from "../../contract/errors.ts";
import type { FleetState, Project } from "../../contract/states.ts";
import { aRow, calm, human, openFleet, stateOf } from "./test-stand.ts";

const project: Project = {
  id: aRow(1).projectId,
  name: "repo",
  root: "/repo",
  gitDir: "/repo/.git",
  defaultBranch: "main",
  identity: true,
  openedAt: 0,
  policy: { source: "embedded" },
};

function withProject(state: FleetState): FleetState {
  return { ...state, projects: { [project.id]: project } };
}

describe("bringing back what was put away", () => {
  it("has ready work ready again, asked about as before", async () => {
    const { fleet, start, thread, row, journal } = await openFleet();
    const { id } = await start();
    await thread(id).end();
    await expect.poll(() => row(id).phase).toBe("ready");
    unwrap(await fleet.archive(id, human));
    await calm();
    expect(row(id)).toMatchObject({ phase: "archived", awayFrom: { phase: "ready" } });
    expect(Object.values(journal.state().attention)).toEqual([]);

    unwrap(await fleet.unarchive(id, human));
    await calm();
    expect(row(id).phase).toBe("ready");
    expect(row(id)).not.toHaveProperty("awayFrom");
    expect(Object.values(journal.state().attention)).toMatchObject([{ kind: "ready", workstreamId: id }]);
  });

  it("lets a turn that was ended for it wait for words, and goes on with them", async () => {
    const { fleet, start, row } = await openFleet();
    const { id } = await start();
    unwrap(await fleet.archive(id, human));
    await calm();
    unwrap(await fleet.unarchive(id, human));
    await expect.poll(() => row(id)).toMatchObject({ phase: "asking" });
    unwrap(await fleet.steer(id, "Go on.", "next", human));
    await expect.poll(() => row(id)).toMatchObject({ phase: "working", turn: { status: "running" } });
  });

  it("keeps frozen what was frozen", () => {
    const frozen = { ...aRow(1), frozen: "200 steps in a row" };
    const away = fold(stateOf(frozen), {
      at: 5,
      event: { type: "workstream.moved", workstreamId: frozen.id, phase: "archived" },
    });
    expect(away.workstreams[frozen.id]).toMatchObject({ awayFrom: { phase: frozen.phase, frozen: frozen.frozen } });
    expect(away.workstreams[frozen.id]).not.toHaveProperty("frozen");
  });

  it("stops one that was put away before it was kept how it stood", async () => {
    const old = { ...aRow(1), phase: "archived" as const };
    const { fleet, row } = await openFleet({ from: withProject(stateOf(old)) });
    unwrap(await fleet.unarchive(old.id, human));
    await calm();
    expect(row(old.id).phase).toBe("stopped");
  });

  it("tells those who never knew of it the whole row", async () => {
    const { fleet, start, journal } = await openFleet();
    const { id } = await start();
    unwrap(await fleet.archive(id, human));
    await calm();
    unwrap(await fleet.unarchive(id, human));
    const [told] = journal.events("workstream.unarchived");
    expect(told?.workstream).toMatchObject({ id, phase: "working" });
  });

  it("refuses what is not put away, and what is not there", async () => {
    const { fleet, start } = await openFleet();
    const { id } = await start();
    expect(await fleet.unarchive(id, human)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await fleet.unarchive("w99999999", human)).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  });

  it("refuses a worktree that was given back", async () => {
    const adopted = { commit: "a".repeat(40) };
    const given = { ...aRow(1), phase: "archived" as const, place: { ...aRow(1).place, adopted } };
    const { gitDir: _gone, ...place } = given.place;
    const { fleet } = await openFleet({ from: withProject(stateOf({ ...given, place })) });
    expect(await fleet.unarchive(given.id, human)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  });
});

describe("clearing an item", () => {
  it("is taken back with all it said, since when included", async () => {
    const { fleet, start, thread, row, journal } = await openFleet();
    const { id } = await start();
    await thread(id).end();
    await expect.poll(() => row(id).phase).toBe("ready");
    const [item] = Object.values(journal.state().attention);
    unwrap(await fleet.clear(item!.id, human));
    await calm();
    expect(Object.values(journal.state().attention)).toEqual([]);
    unwrap(await fleet.restoreItem(item!.id, human));
    expect(Object.values(journal.state().attention)).toEqual([item]);
    unwrap(await fleet.restoreItem(item!.id, human));
  });

  it("is not taken back once its cause is gone", async () => {
    const { fleet, start, thread, row, journal } = await openFleet();
    const { id } = await start();
    await thread(id).end();
    await expect.poll(() => row(id).phase).toBe("ready");
    const [item] = Object.values(journal.state().attention);
    unwrap(await fleet.clear(item!.id, human));
    unwrap(await fleet.stop(id, undefined, human));
    expect(await fleet.restoreItem(item!.id, human)).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    expect(await fleet.restoreItem("a99999999", human)).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  });
});
