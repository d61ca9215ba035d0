import { describe, expect, it } from "vitest";
import { ok, unwrap } from "../../contract/errors.ts";
import type { ChangedPath } from "../git/changed-paths.ts";
import { defaultPolicy } from "../policy/policy.ts";
import { isHarnessFile } from "./harness-files.ts";
import { human, openFleet, policyWith } from "./test-stand.ts";

const id = (letter: string) => letter.repeat(40);
const changed = (path: string, newId: string): ChangedPath => ({
  path,
  oldMode: "100644",
  newMode: "100644",
  oldId: id("1"),
  newId,
});

describe("a harness file", () => {
  it.each([
    "WORKFLOW.md",
    "AGENTS.md",
    "src/deep/AGENTS.md",
    "Agents.MD",
    ".coxswain/guardrails/no-any.md",
    ".agents/skills/land/SKILL.md",
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    "vendor/.gitattributes",
    ".codex/config.toml",
    ".coxswain",
    ".forgejo/workflows/ci.yml",
    ".mcp.json",
    ".vscode/tasks.json",
    ".devcontainer/devcontainer.json",
    ".husky/pre-commit",
    "web/.envrc",
    "AGENTſ.md",
    "AGENTS\u200c.md",
    "AGENTS.md.",
    "AGENTS.md::$DATA",
    ".github /workflows/ci.yml",
  ])("is %s", (path) => expect(isHarnessFile(path)).toBe(true));

  it.each([
    "src/workflow.md",
    "docs/agents.markdown",
    "github/workflows/ci.yml",
    "README.md",
    "src/.github/x",
    "src/.vscode/x",
    "...",
  ])("is not %s", (path) => expect(isHarnessFile(path)).toBe(false));
});

describe("work that changes harness files", () => {
  it("is not ready until the human waives exactly what was judged, which then lasts while other files change", async () => {
    let files = [changed("AGENTS.md", id("2")), changed("src/a.ts", id("3"))];
    const git = { changedPaths: () => Promise.resolve(ok(files)) };
    const { fleet, start, row, thread, attention, journal, clock } = await openFleet({ git });
    const { id: workstreamId } = await start();
    await thread(workstreamId).end();
    expect(row(workstreamId)).toMatchObject({ phase: "asking", reason: /^Changes harness files: AGENTS\.md\. / });
    expect(attention()).toEqual(["harness"]);
    const digest = row(workstreamId).gates.harness?.digest ?? "";
    expect(row(workstreamId).gates.harness?.files).toEqual([{ path: "AGENTS.md", change: "modified" }]);
    expect(row(workstreamId).reason).toContain(`cox waive 1 ${digest.slice(0, 8)}`);

    const stale = { gate: "harness" as const, digest: id("f") };
    expect(await fleet.waive(workstreamId, stale, human)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    unwrap(await fleet.waive(workstreamId, { gate: "harness", digest, why: "Seen." }, human));
    await expect.poll(() => row(workstreamId).phase).toBe("ready");
    expect(row(workstreamId).gates.harness).toMatchObject({ verdict: "waived", why: "Seen.", digest });
    expect(
      journal.told.find(({ event }) => event.type === "gate.judged" && event.result.verdict === "waived"),
    ).toMatchObject({
      actor: { kind: "human" },
    });
    expect(await fleet.waive(workstreamId, { gate: "harness", digest }, human)).toMatchObject({
      ok: false,
      error: { code: "CONFLICT" },
    });

    files = [changed("AGENTS.md", id("2")), changed("src/b.ts", id("4"))];
    await clock.pass(500);
    unwrap(await fleet.steer(workstreamId, "One more thing.", "now", human));
    await expect.poll(() => row(workstreamId).turn?.status).toBe("running");
    await thread(workstreamId).end();
    expect(row(workstreamId)).toMatchObject({ phase: "ready", gates: { harness: { verdict: "waived" } } });

    files = [changed("AGENTS.md", id("5"))];
    await clock.pass(500);
    unwrap(await fleet.steer(workstreamId, "And another.", "now", human));
    await expect.poll(() => row(workstreamId).turn?.status).toBe("running");
    await thread(workstreamId).end();
    expect(row(workstreamId)).toMatchObject({ phase: "asking", gates: { harness: { verdict: "pending" } } });
  });

  it("tells the files whole, and how many more there are where they would fill every window", async () => {
    const none = { oldMode: "000000", newMode: "000000" };
    const long = Array.from({ length: 300 }, (_, at) => changed(`.github/${"x".repeat(90)}${at}`, id("2")));
    const files = [
      { ...changed(".agents/new", id("2")), oldMode: none.oldMode },
      { ...changed(".agents/old", id("2")), newMode: none.newMode },
      ...long,
    ];
    const { start, row, thread } = await openFleet({ git: { changedPaths: () => Promise.resolve(ok(files)) } });
    const { id: workstreamId } = await start();
    await thread(workstreamId).end();
    const judged = row(workstreamId).gates.harness;
    const told = judged?.files ?? [];
    expect(told.slice(0, 2).map(({ change }) => change)).toEqual(["added", "deleted"]);
    expect(told.every(({ path }) => files.some((file) => file.path === path))).toBe(true);
    expect(told.map(({ path }) => path).join("").length).toBeLessThanOrEqual(8_000);
    expect(told.length + (judged?.moreFiles ?? 0)).toBe(302);
  });

  it("is judged in the main checkout, where no author can make a ref of the base's name", async () => {
    const asked: unknown[] = [];
    const git = {
      changedPaths: (...args: readonly unknown[]) => {
        asked.push(...args);
        return Promise.resolve(ok([]));
      },
    };
    const { start, row, thread } = await openFleet({ git });
    const { id: workstreamId } = await start();
    await thread(workstreamId).end();
    expect(row(workstreamId).phase).toBe("ready");
    expect(asked).toEqual([
      { path: "/repo", gitDir: "/repo/.git" },
      { base: "main", head: "a".repeat(40) },
    ]);
  });
});

describe("a WORKFLOW.md that asks for authors without confinement", () => {
  const policy = policyWith({}, { codex: { ...defaultPolicy.codex, threadSandbox: "danger-full-access" } });

  it("is not obeyed until the human allows it for this project, and no longer when that is taken back", async () => {
    const { fleet, start, thread, attention, journal, row } = await openFleet({ policy });
    expect(attention()).toEqual(["consent"]);
    const [ask] = Object.values(journal.state().attention);
    expect(ask?.ask).toContain("cox allow no-confinement --project repo");
    const modeOf = async () => {
      const { id: workstreamId } = await start();
      expect(row(workstreamId).confinement).toBe(thread(workstreamId).options.confinement.mode);
      return thread(workstreamId).options.confinement.mode;
    };
    expect(await modeOf()).toBe("workspace-write");
    const projectId = Object.keys(journal.state().projects)[0] ?? "";
    const wanted = { loosening: "no-confinement", allow: true, why: "It needs a browser." } as const;
    unwrap(await fleet.allow(projectId, wanted, human));
    expect(journal.told.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({ type: "project.allowed", why: "It needs a browser." }),
    );
    expect(attention()).toEqual([]);
    expect(await modeOf()).toBe("none");
    unwrap(await fleet.allow(projectId, { loosening: "no-confinement", allow: false }, human));
    expect(attention()).toEqual(["consent"]);
    expect(await modeOf()).toBe("workspace-write");
  });

  it("stays allowed for the next engine, and is not given by the human's word alone", async () => {
    const first = await openFleet({ policy });
    const projectId = Object.keys(first.journal.state().projects)[0] ?? "";
    unwrap(await first.fleet.allow(projectId, { loosening: "no-confinement", allow: true }, human));
    const next = await openFleet({ policy, from: first.journal.state() });
    expect(next.attention()).toEqual([]);
    const started = await next.start();
    expect(next.thread(started.id).options.confinement.mode).toBe("none");
    const tight = await openFleet({ from: first.journal.state() });
    const confined = await tight.start();
    expect(tight.thread(confined.id).options.confinement.mode).toBe("workspace-write");
  });
});

describe("a worktree that is not on its own branch", () => {
  it("is not judged clean, is not committed for its author, and brings it words that name the branch", async () => {
    const commits: unknown[] = [];
    const git = {
      commit: (...args: readonly unknown[]) => {
        commits.push(args);
        return Promise.resolve(ok({ commit: id("a"), committed: true }));
      },
    };
    const policy = policyWith({ commit: "engine" });
    const { start, row, thread, worktree } = await openFleet({ git, policy });
    worktree.branch = "main";
    const { id: workstreamId } = await start();
    await thread(workstreamId).end();
    expect(row(workstreamId).gates.clean).toMatchObject({ verdict: "failed", why: /not on its own branch/ });
    expect(thread(workstreamId).sent.at(-1)?.words).toContain(row(workstreamId).place.branch);
    expect(commits).toEqual([]);
  });

  it("says in its transcript that a commit by the engine was not signed where the human signs", async () => {
    const git = {
      commit: () => {
        stand.worktree.clean = true;
        return Promise.resolve(ok({ commit: id("a"), committed: true, unsigned: true as const }));
      },
    };
    const stand = await openFleet({ git, policy: policyWith({ commit: "engine" }) });
    const { id: workstreamId } = await stand.start();
    stand.worktree.clean = false;
    await stand.thread(workstreamId).end();
    expect(stand.row(workstreamId).phase).toBe("ready");
    const notices = stand.journal.events("item.upserted").filter(({ item }) => item.body.kind === "notice");
    expect(JSON.stringify(notices)).toContain("did not sign it");
  });
});
