import { describe, expect, it } from "vitest";
import { ok, unwrap } from "../../contract/errors.ts";
import type { FleetDeps } from "./crew.ts";
import { aTicket, calm, human, openFleet, policyWith, type FleetStand, type StandOptions } from "./test-stand.ts";

interface Closing extends FleetStand {
  readonly projectId: string;
  readonly emptied: string[];
  /** How often the rooms of a project were closed. */
  readonly shut: () => number;
}

async function openClosing(options: StandOptions = {}): Promise<Closing> {
  const emptied: string[] = [];
  let shut = 0;
  const { deps, tracker } = await openFleet(options);
  const openProject: FleetDeps["openProject"] = async (...args) => {
    const rooms = await deps.openProject(...args);
    return rooms.ok ? { ...rooms, value: { ...rooms.value, close: () => (shut += 1) } } : rooms;
  };
  const stand = await openFleet({
    ...options,
    deps: {
      openProject,
      worktrees: {
        ...deps.worktrees,
        emptyPool(id) {
          emptied.push(id);
          return Promise.resolve();
        },
      },
    },
  });
  const [projectId = ""] = Object.keys(stand.journal.state().projects);
  return { ...stand, tracker, projectId, emptied, shut: () => shut };
}

async function putAway(stand: Closing): Promise<string> {
  const { id } = await stand.start();
  unwrap(await stand.fleet.archive(id, human));
  await calm();
  return id;
}

describe("closing a project", () => {
  it("lets go of its rooms, its pool and what it asked for, and keeps what was put away", async () => {
    const consent = {
      ...policyWith({}),
      codex: { ...policyWith({}).codex, threadSandbox: "danger-full-access" as const },
    };
    const stand = await openClosing({ policy: consent });
    const id = await putAway(stand);
    expect(stand.attention()).toContain("consent");
    unwrap(await stand.fleet.closeProject(stand.projectId, human));
    await calm();
    expect(stand.journal.state().projects).toEqual({});
    expect(stand.attention()).toEqual([]);
    expect(stand.emptied).toEqual([stand.projectId]);
    expect(stand.shut()).toBe(1);
    expect(stand.row(id).phase).toBe("archived");
    expect(await stand.fleet.start({ text: "Do it", attempts: 1, projectId: stand.projectId }, human)).toMatchObject({
      ok: false,
      error: { code: "NOT_FOUND" },
    });
  });

  it("is refused, naming them, while workstreams of it are left", async () => {
    const stand = await openClosing();
    await putAway(stand);
    const { id } = await stand.start({ text: "Do more" });
    unwrap(await stand.fleet.stop(id, undefined, human));
    await calm();
    expect(await stand.fleet.closeProject(stand.projectId, human)).toMatchObject({
      ok: false,
      error: { code: "CONFLICT", message: expect.stringMatching(/ still has #2 do-more, stopped\.$/) },
    });
    expect(stand.journal.events("project.closed")).toEqual([]);
    expect(stand.shut()).toBe(0);
  });

  it("is undone by opening it again, also by a later engine: with the same id, and without what it was allowed", async () => {
    const settings = new Map<string, unknown>();
    const stand = await openClosing({ settings });
    const { projectId } = stand;
    unwrap(await stand.fleet.allow(projectId, { loosening: "no-confinement", allow: true }, human));
    const id = await putAway(stand);
    unwrap(await stand.fleet.closeProject(projectId, human));
    await stand.fleet.close();
    let ids = 500;
    const newId: FleetDeps["newId"] = (prefix) => prefix + String((ids += 1)).padStart(10, "0");
    const later = await openFleet({ settings, from: stand.journal.state(), deps: { newId } });
    expect(later.row(id).projectId).toBe(projectId);
    const again = unwrap(await later.fleet.openProject("/repo", human));
    expect(again.id).toBe(projectId);
    expect(again.allowed).toBeUndefined();
    expect(unwrap(await later.fleet.openProject("/other", human)).id).not.toBe(projectId);
    expect((await later.start({ projectId })).projectId).toBe(projectId);
  });

  it("starts nothing in a project that was closed while its ticket was filed", async () => {
    const stand = await openClosing();
    stand.tracker.byKeys = async () => {
      unwrap(await stand.fleet.closeProject(stand.projectId, human));
      return ok([aTicket("T-9")]);
    };
    expect(await stand.fleet.start({ ticketKey: "T-9", attempts: 1 }, human)).toMatchObject({
      ok: false,
      error: { code: "NOT_FOUND", message: "There is no such project." },
    });
    expect(stand.journal.events("workstream.created")).toEqual([]);
  });
});
