import { describe, expect, it } from "vitest";
import { fail, ok, problem, unwrap } from "../../contract/errors.ts";
import type { FleetDeps } from "./crew.ts";
import { aRow, calm, human, openFleet, stateOf, type FleetStand } from "./test-stand.ts";

const refused = problem("CONFLICT", "It has new.txt.", "Confirm with its name.");

const nothingAtStake = {
  kind: "stakes",
  uncommitted: [],
  paused: false,
  unheld: [],
  residents: [],
  bytes: 0,
  ignoredBytes: 0,
} as const;

/** A clearing that notes what is asked of it, and answers what the test says. */
function createClearing(more: Partial<FleetDeps["clearing"]> = {}) {
  const asked: string[] = [];
  const clearing: FleetDeps["clearing"] = {
    isInPlace: () => Promise.resolve(true),
    mayRemove: () => Promise.resolve(ok(nothingAtStake)),
    remove(place, confirmed) {
      asked.push(`remove ${place.path} ${confirmed}`);
      return Promise.resolve(ok({ kind: "deleted", keptBranches: [] }));
    },
    pause(place) {
      asked.push(`pause ${place.path}`);
      return Promise.resolve(ok({ kind: "paused", snapshot: "b".repeat(40), bytes: 4_096 }));
    },
    ...more,
  };
  return { asked, clearing };
}

async function ready(more: Parameters<typeof openFleet>[0] = {}): Promise<{ stand: FleetStand; id: string }> {
  const stand = await openFleet(more);
  const { id } = await stand.start();
  await stand.thread(id).end();
  await calm();
  expect(stand.row(id).phase).toBe("ready");
  return { stand, id };
}

describe("a workstream in whose terminal something is at work", () => {
  const busy = { programs: ["vim"] };
  const terminals = (asked: string[]): FleetDeps["terminals"] => ({
    atWork: () => Promise.resolve(busy.programs),
    endOf: (id) => Promise.resolve().finally(() => asked.push(`end terminals of ${id}`)),
  });

  it("is neither paused nor put away nor deleted, and says why; once the shell only waits, it is ended first", async () => {
    const { asked, clearing } = createClearing();
    const { stand, id } = await ready({ deps: { clearing, terminals: terminals(asked) } });
    busy.programs = ["vim"];
    const why = { error: { code: "CONFLICT", message: expect.stringContaining("vim") } };
    expect(await stand.fleet.pause(id, human)).toMatchObject(why);
    expect(await stand.fleet.archive(id, human)).toMatchObject(why);
    expect(await stand.fleet.delete(id, undefined, human)).toMatchObject(why);
    await calm();
    expect([asked, stand.row(id).phase]).toEqual([[], "ready"]);
    busy.programs = [];
    unwrap(await stand.fleet.pause(id, human));
    const { path } = stand.row(id).place;
    await calm();
    expect(asked).toEqual([`end terminals of ${id}`, `pause ${path}`]);
  });

  it("is not put away for another attempt that is kept", async () => {
    const stand = await openFleet({ deps: { terminals: terminals([]) } });
    const [first, second] = unwrap(await stand.fleet.start({ text: "Do it", attempts: 2 }, human)).map(({ id }) => id);
    await calm();
    busy.programs = ["vim"];
    const keep = () => stand.fleet.keep(first ?? "", { over: [second ?? ""], why: "smaller" }, human);
    expect(await keep()).toMatchObject({ error: { code: "CONFLICT", message: expect.stringContaining("vim") } });
    expect(stand.row(second ?? "").phase).not.toBe("archived");
    busy.programs = [];
    unwrap(await keep());
  });

  it("is deleted all the same when its name is given", async () => {
    const { asked, clearing } = createClearing();
    const { stand, id } = await ready({ deps: { clearing, terminals: terminals(asked) } });
    busy.programs = ["vim"];
    unwrap(await stand.fleet.stop(id, undefined, human));
    await calm();
    unwrap(await stand.fleet.delete(id, stand.row(id).name, human));
    await calm();
    expect(asked[0]).toBe(`end terminals of ${id}`);
    expect(asked.at(-1)).toMatch(/^remove .* true$/);
  });
});

describe("pausing", () => {
  it("ends the turn, lets go of the thread, and only then gives up the folder", async () => {
    const { asked, clearing } = createClearing();
    const stand = await openFleet({ deps: { clearing } });
    const { id } = await stand.start();
    unwrap(await stand.fleet.pause(id, human));
    await calm();
    const row = stand.row(id);
    expect(row).toMatchObject({ phase: "paused", turn: { status: "interrupted" }, freed: { bytes: 4_096 } });
    expect(row.place.gitDir).toBeUndefined();
    expect(stand.thread(id)).toMatchObject({ interrupts: 1, closed: true });
    expect(asked).toEqual([`pause ${row.place.path}`]);
  });

  it("is undone by retry: the branch is whole again, the snapshot unpacked, then the set-up runs", async () => {
    const did: string[] = [];
    const { clearing } = createClearing();
    const vault: FleetDeps["vault"] = {
      keep: () => Promise.resolve(ok(undefined)),
      deleted: () => Promise.resolve(ok([])),
      tidy: () => Promise.resolve(ok(undefined)),
      restore: () => Promise.resolve(ok([])).finally(() => did.push("restore")),
      unpack: (_work, snapshot) => Promise.resolve(ok(undefined)).finally(() => did.push(`unpack ${snapshot[0]}`)),
    };
    const { stand, id } = await ready({ deps: { clearing, vault } });
    unwrap(await stand.fleet.pause(id, human));
    await calm();
    expect(did).toEqual([]);
    unwrap(await stand.fleet.retry(id, human));
    await calm();
    expect(did).toEqual(["restore", "unpack b"]);
    expect(stand.row(id)).toMatchObject({ phase: "working", place: { gitDir: expect.any(String) } });
    expect(stand.row(id).freed).toBeUndefined();
  });

  it("comes back on its own branch, also where its folder has another name and its base is gone", async () => {
    const asked: string[] = [];
    const { clearing } = createClearing();
    const { deps } = await openFleet();
    const create: FleetDeps["worktrees"]["create"] = async (request) => {
      asked.push(`${request.slug} from ${request.base.slice(0, 4)}`);
      if (asked.length === 2) return fail("NOT_FOUND", "There is no main in this project to start from.", "Fetch it.");
      const made = await deps.worktrees.create(request);
      return made.ok ? ok({ ...made.value, folder: "do-it-2", path: "/trees/do-it-2" }) : made;
    };
    const { stand, id } = await ready({ deps: { clearing, worktrees: { ...deps.worktrees, create } } });
    const { branch } = stand.row(id).place;
    unwrap(await stand.fleet.pause(id, human));
    await calm();
    unwrap(await stand.fleet.retry(id, human));
    await calm();
    expect(asked).toEqual(["do-it from main", "do-it from main", "do-it from aaaa"]);
    expect(stand.row(id)).toMatchObject({ phase: "working", place: { branch, folder: "do-it-2", base: "main" } });
  });

  it("keeps the folder of what cannot be held, and says why", async () => {
    const { clearing } = createClearing({ pause: () => Promise.resolve(ok({ kind: "refused", why: refused })) });
    const { stand, id } = await ready({ deps: { clearing } });
    unwrap(await stand.fleet.pause(id, human));
    await calm();
    expect(stand.row(id)).toMatchObject({ phase: "stopped", reason: expect.stringContaining("It has new.txt.") });
    expect(stand.row(id).place.gitDir).toBeDefined();
  });

  it("is tried again when the disk would not, and takes no words meanwhile", async () => {
    let tries = 0;
    const trouble = { ok: false, error: problem("UNAVAILABLE", "The disk.", "Wait.") } as const;
    const { clearing } = createClearing({
      pause: () => Promise.resolve((tries += 1) < 3 ? trouble : ok({ kind: "paused" })),
    });
    const { stand, id } = await ready({ deps: { clearing } });
    unwrap(await stand.fleet.pause(id, human));
    await calm();
    expect(stand.row(id)).toMatchObject({ phase: "paused", reason: "The disk. Wait." });
    expect(await stand.fleet.retry(id, human)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    await stand.clock.pass(10_000);
    expect(tries).toBe(3);
    expect(stand.row(id).freed).toBeDefined();
  });
});

describe("what was frozen while it was taken away", () => {
  it.each(["pause", "delete"] as const)("goes on with the %s when it is retried", async (purpose) => {
    let broken = true;
    const dropScratch = (): Promise<void> => (broken ? Promise.reject(new Error("EACCES")) : Promise.resolve());
    const { clearing, asked } = createClearing();
    const { stand, id } = await ready({ deps: { clearing, dropScratch } });
    const { name } = stand.row(id);
    unwrap(await (purpose === "pause" ? stand.fleet.pause(id, human) : stand.fleet.delete(id, name, human)));
    await calm();
    expect(stand.row(id).frozen).toContain("EACCES");
    broken = false;
    unwrap(await stand.fleet.retry(id, human));
    await calm();
    if (purpose === "pause") expect(stand.row(id)).toMatchObject({ phase: "paused", freed: { bytes: 4_096 } });
    else expect(asked.at(-1)).toMatch(/^remove .* true$/);
    expect(stand.journal.state().workstreams[id]?.frozen).toBeUndefined();
  });
});

describe("deleting", () => {
  it("refuses what is at work, and another name than its own", async () => {
    const { asked, clearing } = createClearing();
    const stand = await openFleet({ deps: { clearing } });
    const { id } = await stand.start();
    expect(await stand.fleet.delete(id, undefined, human)).toMatchObject({ error: { next: "Stop it first." } });
    await stand.thread(id).end();
    await calm();
    expect(await stand.fleet.delete(id, "else", human)).toMatchObject({ error: { code: "BAD_REQUEST" } });
    expect(asked).toEqual([]);
  });

  it("records the tombstone before anything goes, and drops the row last", async () => {
    const order: string[] = [];
    const { clearing } = createClearing({
      remove: () => {
        order.push(`remove while ${stand.row(id).phase}, tombstone ${stand.row(id).tombstone?.confirmed}`);
        return Promise.resolve(ok({ kind: "deleted", keptBranches: [] }));
      },
    });
    const dropScratch = (workstreamId: string): Promise<void> => {
      order.push(`scratch ${workstreamId === id}`);
      return Promise.resolve();
    };
    const { stand, id } = await ready({ deps: { clearing, dropScratch } });
    unwrap(await stand.fleet.delete(id, stand.row(id).name, human));
    await calm();
    expect(order).toEqual(["remove while deleting, tombstone true", "scratch true"]);
    const { workstreams, words, requests, attention } = stand.journal.state();
    expect([workstreams, words, requests, attention]).toEqual([{}, {}, {}, {}]);
  });

  it("is taken back by who asked as long as it is looked at, and records nothing", async () => {
    const asking = new AbortController();
    const { clearing } = createClearing({
      mayRemove: () => {
        asking.abort();
        return Promise.resolve(ok(nothingAtStake));
      },
    });
    const { stand, id } = await ready({ deps: { clearing } });
    expect(await stand.fleet.delete(id, undefined, human, asking.signal)).toMatchObject({
      error: { message: expect.stringContaining("is kept") },
    });
    expect(stand.row(id).phase).toBe("ready");
  });

  it("says what would be lost, and records nothing", async () => {
    const { clearing } = createClearing({ mayRemove: () => Promise.resolve(ok({ kind: "refused", why: refused })) });
    const { stand, id } = await ready({ deps: { clearing } });
    expect(await stand.fleet.delete(id, undefined, human)).toMatchObject({ ok: false, error: refused });
    expect(stand.row(id).phase).toBe("ready");
  });

  it("spares what got new work since it was asked for", async () => {
    const { clearing } = createClearing({ remove: () => Promise.resolve(ok({ kind: "refused", why: refused })) });
    const { stand, id } = await ready({ deps: { clearing } });
    unwrap(await stand.fleet.delete(id, undefined, human));
    await calm();
    expect(stand.row(id)).toMatchObject({ phase: "stopped", reason: expect.stringContaining("It was not deleted") });
    expect(stand.row(id).tombstone).toBeUndefined();
  });

  it("is finished by the next engine", async () => {
    const { asked, clearing } = createClearing();
    const project = { id: "p0000000001", name: "repo", root: "/repo", gitDir: "/repo/.git", defaultBranch: "main" };
    const row = aRow(1, { phase: "deleting", tombstone: { confirmed: true, at: 1 } });
    const from = {
      ...stateOf(row),
      projects: { [project.id]: { ...project, identity: true, openedAt: 0, policy: { source: "file" as const } } },
    };
    const stand = await openFleet({ deps: { clearing }, from });
    await calm();
    expect(asked).toEqual([`remove ${row.place.path} true`]);
    expect(stand.journal.state().workstreams).toEqual({});
  });

  it("refuses to take it up again, stop it or put it away meanwhile", async () => {
    const { clearing } = createClearing({ remove: () => new Promise(() => {}) });
    const { stand, id } = await ready({ deps: { clearing } });
    unwrap(await stand.fleet.delete(id, undefined, human));
    await calm();
    for (const asked of [
      stand.fleet.retry(id, human),
      stand.fleet.stop(id, undefined, human),
      stand.fleet.archive(id, human),
      stand.fleet.steer(id, "Go on", "now", human),
      stand.fleet.pause(id, human),
    ]) {
      expect(await asked).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    }
  });
});

describe("the vault", () => {
  it("is given what was committed after each turn, and its trouble is told once", async () => {
    let kept = 0;
    const vault: FleetDeps["vault"] = {
      deleted: () => Promise.resolve(ok([])),
      tidy: () => Promise.resolve(ok(undefined)),
      restore: () => Promise.resolve(ok([])),
      unpack: () => Promise.resolve(ok(undefined)),
      keep() {
        kept += 1;
        return Promise.resolve({ ok: false, error: problem("UNAVAILABLE", "Objects are missing.", "Run git fsck.") });
      },
    };
    const { stand } = await ready({ deps: { vault } });
    expect(kept).toBeGreaterThanOrEqual(2);
    const notices = stand.journal.events("item.upserted").filter(({ item }) => item.body.kind === "notice");
    expect(notices.map(({ item }) => item.body)).toEqual([
      { kind: "notice", level: "warning", text: "Objects are missing. Run git fsck." },
    ]);
  });
});
