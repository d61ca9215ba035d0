import { describe, expect, it } from "vitest";
import { ok, problem, unwrap, type Result } from "../../contract/errors.ts";
import type { Loosening } from "../../contract/states.ts";
import { defaultPolicy, type Policy } from "../policy/policy.ts";
import type { Outcome, RunRequest } from "../sandbox/run-to-end.ts";
import type { FleetDeps } from "./crew.ts";
import { calm, human, openFleet, policyWith } from "./test-stand.ts";

const hooks = { ...defaultPolicy.hooks, afterCreate: "set up", beforeRun: "make ready" };

/** A fleet whose sandbox writes down what it is asked to run. */
async function open(coxswain: Partial<Policy["coxswain"]>, confinement: "bubblewrap" | "none", allowed?: Loosening) {
  const ran: RunRequest[] = [];
  const lacks = confinement === "none" ? problem("UNAVAILABLE", "There is no bwrap.", "Install it.") : undefined;
  const deps: Partial<FleetDeps> = {
    sandbox: {
      confinement,
      lacks,
      run(request) {
        ran.push(request);
        return Promise.resolve(ok({ exitCode: 0, ended: "by itself", tail: "", characters: 0 }));
      },
    },
    prepareWritableRoots: () => Promise.resolve(ok({ writable: ["/repo/.git/objects"], readOnly: ["/repo/.git/x"] })),
    env: { PATH: "/bin" },
    networkEnv: { HTTPS_PROXY: "http://proxy" },
    caches: (id, own) =>
      Promise.resolve({ folder: `/caches/${id}`, env: { XDG_CACHE_HOME: `/caches/${id}/xdg`, OWN: own ?? "" } }),
  };
  const stand = await openFleet({ policy: policyWith(coxswain, { hooks }), deps });
  const [projectId = ""] = Object.keys(stand.journal.state().projects);
  if (allowed !== undefined) unwrap(await stand.fleet.allow(projectId, { loosening: allowed, allow: true }, human));
  const row = await stand.start();
  return { ...stand, ran, projectId, id: row.id };
}

describe("a hook of WORKFLOW.md", () => {
  it("may write its worktree, its scratch folder, the project's caches and what a commit needs, and reads the project", async () => {
    const { ran, id, projectId, row } = await open({}, "bubblewrap");
    const [setUp] = ran;
    expect(setUp?.command).toMatchObject({ file: "/bin/sh", args: ["-c", "set up"], folder: row(id).place.path });
    expect(setUp?.confines).toMatchObject({
      worktree: row(id).place.path,
      writable: [`/scratch/${id}`, `/caches/${projectId}`, "/repo/.git/objects"],
      readOnly: ["/repo/.git/x"],
      readable: ["/repo", "/repo/.git"],
    });
    expect(setUp?.command.env).toMatchObject({
      PATH: "/bin",
      TMPDIR: `/scratch/${id}`,
      XDG_CACHE_HOME: `/caches/${projectId}/xdg`,
      COXSWAIN_WORKSTREAM: id,
    });
  });

  it("has the network for the set-up, and none once an author may have written what it runs", async () => {
    const { ran } = await open({}, "bubblewrap");
    expect(ran.map(({ confines }) => confines)).toMatchObject([{ network: "full" }, { network: "none" }]);
    expect(ran.map(({ command }) => command.env["HTTPS_PROXY"])).toEqual(["http://proxy", undefined]);
  });

  it("leaves nothing in the project's caches that the next set-up would run, once an author may have written it", async () => {
    const { ran, id, projectId } = await open({}, "bubblewrap");
    const caches = `/caches/${projectId}`;
    const [setUp, later] = ran.map(({ confines }) => (confines === "unconfined" ? undefined : confines));
    expect([setUp?.writable.includes(caches), setUp?.readable.includes(caches)]).toEqual([true, false]);
    expect([later?.writable.includes(caches), later?.readable.includes(caches)]).toEqual([false, true]);
    expect(ran.map(({ command }) => command.env["OWN"])).toEqual(["", `/scratch/${id}/caches`]);
    const online = await open({ network: "full" }, "bubblewrap");
    expect(online.ran.map(({ command }) => command.env["OWN"])).toEqual(["", ""]);
    const offline = await open({ network: "none" }, "bubblewrap");
    expect(offline.ran.map(({ command }) => command.env["OWN"])).toEqual(["", `/scratch/${offline.id}/caches`]);
  });

  it("has no network where a worktree that an author worked in is set up again", async () => {
    const { ran, fleet, id, row, thread } = await open({}, "bubblewrap");
    await thread(id).end();
    unwrap(await fleet.pause(id, human));
    await calm();
    expect(row(id)).toMatchObject({ phase: "paused", turns: 1 });
    unwrap(await fleet.retry(id, human));
    await calm();
    const setUps = ran.filter(({ command }) => command.args.includes("set up"));
    expect(setUps.map(({ confines }) => confines)).toMatchObject([{ network: "full" }, { network: "none" }]);
  });

  it("that ends because the engine does is no failure: the next engine runs it again", async () => {
    let end = () => {};
    const run = () =>
      new Promise<Result<Outcome>>((resolve) => {
        end = () => resolve(ok({ exitCode: null, ended: "by itself", tail: "", characters: 0 }));
      });
    const deps = { sandbox: { confinement: "bubblewrap" as const, lacks: undefined, run } };
    const { fleet, start, row, journal } = await openFleet({ policy: policyWith({}, { hooks }), deps });
    const { id } = await start();
    const closed = fleet.close();
    end();
    await closed;
    expect(row(id)).toMatchObject({ phase: "preparing", failures: 0 });
    expect(journal.events("item.upserted")).toEqual([]);
  });

  it("has the network that WORKFLOW.md gives to all hooks", async () => {
    const { ran } = await open({ network: "none" }, "bubblewrap");
    expect(ran.map(({ confines }) => confines)).toMatchObject([{ network: "none" }, { network: "none" }]);
  });

  it("runs where nothing can confine it, and its workstream says so", async () => {
    const { ran, row, id } = await open({}, "none");
    expect(ran).toHaveLength(2);
    expect(row(id).commandConfinement).toBe("none");
    expect((await open({}, "bubblewrap")).row(id).commandConfinement).toBe("bubblewrap");
  });

  it("does not run where confinement is required and nothing can give it, and says what to install", async () => {
    const { ran, row, id } = await open({ confinement: "required" }, "none");
    expect(ran).toEqual([]);
    expect(row(id).phase).not.toBe("working");
    expect(JSON.stringify(row(id))).toContain("requires confinement");
    expect((await open({ confinement: "required" }, "bubblewrap")).ran).toHaveLength(2);
  });

  it("goes unconfined by the human's word only, however much WORKFLOW.md asks", async () => {
    const asked = await open({ confinement: "none" }, "bubblewrap");
    expect(asked.ran.map(({ confines }) => confines)).not.toContain("unconfined");
    expect(asked.attention()).toContain("consent");
    const allowed = await open({ confinement: "none" }, "bubblewrap", "unconfined-commands");
    expect(allowed.ran.map(({ confines }) => confines)).toEqual(["unconfined", "unconfined"]);
    expect(allowed.row(allowed.id).commandConfinement).toBe("none");
    const other = await open({ confinement: "none" }, "bubblewrap", "no-confinement");
    expect(other.ran.map(({ confines }) => confines)).not.toContain("unconfined");
  });
});
