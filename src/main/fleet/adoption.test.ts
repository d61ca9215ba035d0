import { describe, expect, it } from "vitest";
import { fail, ok, unwrap } from "../../contract/errors.ts";
import type { Released } from "../../contract/worktrees.ts";
import { calm, human, openFleet, type FleetStand } from "./test-stand.ts";

const commit = "b".repeat(40);
const from = { branch: "mine", commit };
const base = "c".repeat(40);

interface Asked {
  readonly created: string[];
  readonly scratchDropped: string[];
  readonly released: string[];
  readonly reclaimed: (readonly string[])[];
}

/** `/by-hand` is a worktree of this project; any other folder is a repository of its own. */
function byHandOf({ facts }: FleetStand["deps"]["git"], project: string): FleetStand["deps"]["git"]["facts"] {
  return async (folder) => {
    const found = await facts(folder);
    if (!found.ok || folder !== "/by-hand") return found;
    return ok({ ...found.value, commonDir: `${project}/.git`, linkedWorktree: true });
  };
}

interface Over {
  readonly released?: Released;
  readonly project?: string;
  /** Awaited before a worktree is taken, and before folders are removed. */
  readonly taking?: Promise<undefined>;
  /** What is at work in terminals. */
  readonly programs?: string[];
}

async function openAdopting(over: Over = {}): Promise<FleetStand & Asked> {
  const scratchDropped: string[] = [];
  const created: string[] = [];
  const released: string[] = [];
  const reclaimed: (readonly string[])[] = [];
  const { deps } = await openFleet();
  const opened = await openFleet({
    git: { facts: byHandOf(deps.git, over.project ?? "/repo") },
    deps: {
      terminals: { ...deps.terminals, atWork: () => Promise.resolve(over.programs ?? []) },
      dropScratch(id) {
        scratchDropped.push(id);
        return Promise.resolve();
      },
      worktrees: {
        ...deps.worktrees,
        create(request) {
          created.push(request.workstreamId);
          return deps.worktrees.create(request);
        },
        findByHand(_project, place, taken) {
          const free = taken(place);
          return Promise.resolve(free.ok ? ok({ path: place, adminDir: "/repo/.git/worktrees/mine", from }) : free);
        },
        adopt: async ({ path, branch }) => {
          await over.taking;
          const adminDir = "/repo/.git/worktrees/mine";
          return ok({ path, branch, baseCommit: base, folder: "mine", adminDir, adopted: from });
        },
        release: ({ workstreamId }) => {
          released.push(workstreamId);
          return Promise.resolve(ok(over.released ?? { path: "/by-hand", branch: "mine" }));
        },
        reclaimable: () => Promise.resolve(ok([{ path: "node_modules", bytes: 7 }])),
        reclaim: async (_at, folders) => {
          await over.taking;
          reclaimed.push(folders);
          return ok(7);
        },
      },
    },
  });
  return { ...opened, created, scratchDropped, released, reclaimed };
}

async function adopt(stand: FleetStand): Promise<string> {
  const { workstream } = unwrap(await stand.fleet.adopt({ path: "/by-hand", text: "Finish it" }, human));
  await calm();
  return workstream.id;
}

describe("adopting", () => {
  it("has the author work in the folder as it is found, on a branch of the workstream", async () => {
    const stand = await openAdopting();
    const id = await adopt(stand);
    expect(stand.row(id)).toMatchObject({
      phase: "working",
      place: { path: "/by-hand", branch: `cox/${id}/finish-it`, adopted: from, commit: base },
    });
    expect(stand.thread(id).options.folder).toBe("/by-hand");
  });

  it("refuses a folder in which a workstream works already", async () => {
    const stand = await openAdopting();
    const id = await adopt(stand);
    expect(await stand.fleet.adopt({ path: "/by-hand", text: "Again" }, human)).toMatchObject({
      ok: false,
      error: { code: "CONFLICT", next: expect.stringContaining(`cox release ${stand.row(id).number}`) },
    });
  });

  it("finds the project a folder belongs to, or says which to open", async () => {
    const stand = await openAdopting({ project: "/other" });
    expect(await stand.fleet.adopt({ path: "/by-hand", text: "Do it" }, human)).toMatchObject({
      ok: false,
      error: { code: "NOT_FOUND", next: expect.stringContaining("cox open /other") },
    });
    const { id } = unwrap(await stand.fleet.openProject("/other", human));
    expect(stand.row(await adopt(stand)).projectId).toBe(id);
  });

  it("refuses a folder of a workstream that was not made by hand, and says how to go on with it", async () => {
    const { deps } = await openFleet();
    const stand = await openFleet({
      deps: {
        worktrees: {
          ...deps.worktrees,
          findByHand(_project, place, taken) {
            const free = taken(place);
            return Promise.resolve(free.ok ? fail("NOT_FOUND", "None.", "None.") : free);
          },
        },
      },
    });
    const { number, projectId } = await stand.start();
    expect(await stand.fleet.adopt({ path: "/trees/do-it", projectId, text: "Again" }, human)).toMatchObject({
      ok: false,
      error: { code: "CONFLICT", next: expect.stringContaining(`cox retry ${number}`) },
    });
  });

  it("gives a folder to one of two who ask for it at once", async () => {
    const stand = await openAdopting();
    const ask = (text: string) => stand.fleet.adopt({ path: "/by-hand", text }, human);
    const told = await Promise.all([ask("One"), ask("Other")]);
    expect(told.map(({ ok: taken }) => taken)).toEqual([true, false]);
  });

  it("tells why a folder cannot be taken before a ticket is filed for it", async () => {
    const stand = await openFleet();
    expect(await stand.fleet.adopt({ path: "/nowhere", text: "Do it" }, human)).toMatchObject({ ok: false });
    expect(stand.journal.events("workstream.created")).toEqual([]);
  });
});

describe("giving back", () => {
  it("waits for the author to end, puts the workstream away, and can be repeated", async () => {
    const stand = await openAdopting();
    const id = await adopt(stand);
    expect(await stand.fleet.release(id, human)).toMatchObject({
      ok: false,
      error: { code: "CONFLICT", next: expect.stringContaining("cox stop") },
    });
    unwrap(await stand.fleet.stop(id, undefined, human));
    await calm();
    expect(unwrap(await stand.fleet.release(id, human))).toEqual({ path: "/by-hand", branch: "mine" });
    expect(stand.row(id)).toMatchObject({ phase: "archived" });
    expect(stand.row(id).place.gitDir).toBeUndefined();
    unwrap(await stand.fleet.release(id, human));
    expect(stand.released).toEqual([id]);
    unwrap(await stand.fleet.adopt({ path: "/by-hand", text: "Once more" }, human));
  });

  it("waits for what is at work in a terminal", async () => {
    const programs = ["vim"];
    const stand = await openAdopting({ programs });
    const id = await adopt(stand);
    unwrap(await stand.fleet.stop(id, undefined, human));
    await calm();
    expect(await stand.fleet.release(id, human)).toMatchObject({ error: { message: expect.stringContaining("vim") } });
    expect(stand.row(id).phase).toBe("stopped");
    programs.pop();
    unwrap(await stand.fleet.release(id, human));
  });

  it("drops what waits for the author and what it asked, and its temporary files", async () => {
    const stand = await openAdopting();
    const id = await adopt(stand);
    unwrap(await stand.fleet.ask(id, [{ id: "q1", header: "", text: "Which?", options: [], freeText: true }], human));
    unwrap(await stand.fleet.stop(id, undefined, human));
    await calm();
    expect(stand.attention()).toEqual(["question"]);
    unwrap(await stand.fleet.release(id, human));
    await calm();
    expect(stand.attention()).toEqual([]);
    expect(stand.journal.state().requests).toEqual({});
    expect(stand.scratchDropped).toEqual([id]);
  });

  it("waits for its set-up, and gives back what that took although nobody was told", async () => {
    const taking = Promise.withResolvers<undefined>();
    const stand = await openAdopting({ taking: taking.promise });
    const id = await adopt(stand);
    unwrap(await stand.fleet.stop(id, undefined, human));
    expect(await stand.fleet.release(id, human)).toMatchObject({
      ok: false,
      error: { next: "Try again in a moment." },
    });
    taking.reject(new Error("It failed after the branch was made."));
    await calm();
    unwrap(await stand.fleet.release(id, human));
    expect(stand.released).toEqual([id]);
  });

  it("is the way to be rid of it: it is neither paused nor deleted", async () => {
    const stand = await openAdopting();
    const id = await adopt(stand);
    unwrap(await stand.fleet.stop(id, undefined, human));
    await calm();
    for (const told of [await stand.fleet.pause(id, human), await stand.fleet.delete(id, "finish-it", human)]) {
      expect(told).toMatchObject({ ok: false, error: { next: expect.stringContaining("cox release") } });
    }
    expect(await stand.fleet.reclaim(id, ["node_modules"], human)).toMatchObject({ ok: false });
  });

  it("refuses a worktree that was not made by hand", async () => {
    const stand = await openAdopting();
    const { id } = await stand.start();
    expect(await stand.fleet.release(id, human)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
  });
});

describe("emptying", () => {
  it("is for resting work only, and set-up runs again before it goes on", async () => {
    const stand = await openAdopting();
    const { id } = await stand.start();
    expect(await stand.fleet.reclaimable(id)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    unwrap(await stand.fleet.stop(id, undefined, human));
    await calm();
    expect(unwrap(await stand.fleet.reclaimable(id))).toEqual({ folders: [{ path: "node_modules", bytes: 7 }] });
    expect(unwrap(await stand.fleet.reclaim(id, ["node_modules"], human))).toEqual({ bytes: 7 });
    expect(stand.row(id).setUpDue).toBe(true);
    const before = stand.journal.events("worktree.prepared").length;
    const made = stand.created.length;
    unwrap(await stand.fleet.retry(id, human));
    await calm();
    expect(stand.journal.events("worktree.prepared")).toHaveLength(before + 1);
    expect(stand.row(id)).toMatchObject({ phase: "working" });
    expect(stand.row(id).setUpDue).toBeUndefined();
    // Its worktree is there, whatever is checked out in it.
    expect(stand.created).toHaveLength(made);
  });
});

describe("taking up what is still being emptied", () => {
  it("waits for that before its set-up runs", async () => {
    const removing = Promise.withResolvers<undefined>();
    const stand = await openAdopting({ taking: removing.promise });
    const { id } = await stand.start();
    unwrap(await stand.fleet.stop(id, undefined, human));
    await calm();
    const reclaiming = stand.fleet.reclaim(id, ["node_modules"], human);
    await calm();
    unwrap(await stand.fleet.retry(id, human));
    await calm();
    expect(stand.row(id)).toMatchObject({ phase: "preparing", setUpDue: true });
    removing.resolve(undefined);
    unwrap(await reclaiming);
    await calm();
    expect(stand.row(id).phase).toBe("working");
  });
});

describe("a full disk", () => {
  it("refuses a start before a ticket is filed, and needs the human once it is nearly full", async () => {
    let low: string | undefined = "Little is left.";
    const stand = await openFleet({
      deps: {
        disk: {
          room: () => Promise.resolve(fail("DISK_FULL", "The disk is full.", "Free some.")),
          low: () => low,
          look: () => true,
        },
      },
    });
    expect(await stand.fleet.start({ text: "Do it", attempts: 1 }, human)).toMatchObject({
      ok: false,
      error: { code: "DISK_FULL" },
    });
    await stand.clock.pass(1_000);
    expect(stand.attention()).toEqual(["disk"]);
    low = undefined;
    await stand.clock.pass(1_000);
    expect(stand.attention()).toEqual([]);
  });
});
