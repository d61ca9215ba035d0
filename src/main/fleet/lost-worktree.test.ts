import { describe, expect, it } from "vitest";
import { fail, ok, unwrap } from "../../contract/errors.ts";
import type { FleetDeps } from "./crew.ts";
import { calm, human, openFleet, type FleetStand } from "./test-stand.ts";

interface Losing extends FleetStand {
  readonly made: string[];
  readonly restored: string[];
  lose(): void;
}

/** A fleet whose worktrees' folders go when the test says so, and are back when they are made again. */
async function openLosing(over: Partial<FleetDeps["worktrees"]> = {}): Promise<Losing> {
  let isMissing = false;
  const made: string[] = [];
  const restored: string[] = [];
  const { deps } = await openFleet();
  const stand = await openFleet({
    deps: {
      worktrees: {
        ...deps.worktrees,
        isMissing: () => Promise.resolve(isMissing),
        create(request) {
          isMissing = false;
          made.push(request.workstreamId);
          return deps.worktrees.create(request);
        },
        ...over,
      },
      vault: {
        ...deps.vault,
        restore({ workstreamId }) {
          restored.push(workstreamId);
          return Promise.resolve(ok([]));
        },
      },
    },
  });
  return { ...stand, made, restored, lose: () => (isMissing = true) };
}

async function stopIt(stand: Losing, id: string): Promise<void> {
  unwrap(await stand.fleet.stop(id, undefined, human));
  await calm();
}

function notices(stand: FleetStand): string[] {
  return stand.journal
    .events("item.upserted")
    .flatMap(({ item }) => (item.body.kind === "notice" ? [item.body.text] : []));
}

describe("a worktree whose folder was lost", () => {
  it("is made again from its branch when the human retries, and says so", async () => {
    const stand = await openLosing();
    const { id } = await stand.start();
    await stopIt(stand, id);
    stand.lose();
    unwrap(await stand.fleet.retry(id, human));
    await calm();
    expect(stand.row(id)).toMatchObject({ phase: "working", place: { gitDir: "/repo/.git/worktrees/do-it" } });
    expect(stand.made).toEqual([id, id]);
    expect(stand.restored).toEqual([id]);
    expect(notices(stand)).toEqual([expect.stringContaining("/trees/do-it is gone")]);
    expect(stand.agent.threads).toHaveLength(2);
    expect(stand.thread(id).sent).toHaveLength(1);
  });

  it("is made again before what is left in it is judged", async () => {
    const stand = await openLosing();
    const { id } = await stand.start();
    stand.lose();
    await stand.thread(id).end();
    await calm();
    expect(stand.journal.events("worktree.lost")).toHaveLength(1);
    expect(stand.made).toEqual([id, id]);
    expect(stand.row(id).phase).toBe("ready");
  });

  it("waits for its user when it was made by hand, who is told how to put it back", async () => {
    let isThere = true;
    const from = { branch: "mine", commit: "b".repeat(40) };
    const adminDir = "/repo/.git/worktrees/mine";
    const stand = await openLosing({
      isMissing: () => Promise.resolve(!isThere),
      findByHand: (_project, path) => Promise.resolve(ok({ path, adminDir, from })),
      adopt: ({ path, branch }) =>
        Promise.resolve(
          isThere
            ? ok({ path, branch, baseCommit: from.commit, folder: "mine", adminDir, adopted: from })
            : fail("NOT_FOUND", "There is no folder.", "None."),
        ),
    });
    const [projectId] = Object.keys(stand.journal.state().projects);
    const { workstream } = unwrap(await stand.fleet.adopt({ path: "/by-hand", projectId, text: "Do it" }, human));
    const { id, number } = workstream;
    await calm();
    isThere = false;
    await stand.thread(id).end();
    await calm();
    expect(stand.row(id).phase).toBe("failed");
    expect(stand.row(id).reason).toContain(`git worktree add -f /by-hand cox/${id}/do-it`);
    expect(stand.row(id).reason).toContain(`cox retry ${number}`);
    expect(stand.made).toEqual([]);
    isThere = true;
    unwrap(await stand.fleet.retry(id, human));
    await calm();
    expect(stand.row(id)).toMatchObject({
      phase: "working",
      place: { path: "/by-hand", adopted: from, gitDir: adminDir },
    });
  });
});
