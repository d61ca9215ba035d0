import { describe, expect, it } from "vitest";
import { fail, ok, problem } from "../../contract/errors.ts";
import { protocolVersion } from "../../contract/procedures.ts";
import type { Check } from "../../contract/check.ts";
import { emptyFleetState, type FleetState, type Project } from "../../contract/states.ts";
import { shellWord } from "../../contract/shell-word.ts";
import { aRow } from "../fleet/test-stand.ts";
import { bounded } from "./check.ts";
import { judgeDisk, judgeFree, judgePool } from "./disk-checks.ts";
import { judgeEngine } from "./engine-checks.ts";
import { judgeDamage, judgeProject, judgeWorkstreams, judgeWorktrees } from "./fleet-checks.ts";
import { judgeHome, type HomeFacts } from "./home-checks.ts";
import { judgeLeftovers, type Living } from "./leftovers.ts";
import { judgeAuthors, judgeCodex, judgeGit, judgeLoosened, judgeSandbox } from "./program-checks.ts";

/** State and next step: what a reader acts on. */
const gist = (checks: readonly Check[]) =>
  checks.map(({ state, next }) => (next === undefined ? state : `${state}: ${next}`));

const project: Project = {
  id: aRow(1).projectId,
  name: "shop",
  root: "/src/my shop",
  gitDir: "/src/my shop/.git",
  defaultBranch: "main",
  identity: true,
  openedAt: 0,
  policy: { source: "embedded" },
};

const stateOf = (more: Partial<FleetState>): FleetState => ({
  ...emptyFleetState,
  projects: { [project.id]: project },
  ...more,
});

describe("a look", () => {
  it("that takes longer than it may is told as such, and one that fails says why", async () => {
    const hanging = await bounded("disk", () => new Promise(() => undefined), 10);
    expect(hanging).toMatchObject([{ name: "disk", state: "warning", says: "no answer within 0.01 s" }]);
    const failing = await bounded("disk", () => Promise.reject(new Error("EIO")));
    expect(failing).toMatchObject([{ name: "disk", state: "wrong", says: expect.stringContaining("EIO") }]);
  });

  it("gives commands that a shell reads as they are meant", () => {
    expect(shellWord("/plain/path-1.2")).toBe("/plain/path-1.2");
    expect(shellWord("/it's a path")).toBe(`'/it'\\''s a path'`);
    expect(shellWord("")).toBe("''");
  });
});

describe("the programs", () => {
  it("git says what one that is old enough to be used lacks", () => {
    expect(judgeGit("2.39.5").says).toContain("reftable");
    expect(judgeGit("2.45.0").says).toBe("2.45.0");
    expect(judgeGit("3.0.1").says).toBe("3.0.1");
  });

  it("Codex is fine as tested or newer, to be renewed when older, and to be logged in", () => {
    const found = (version: string) => ({ version, program: "/bin/codex", called: "codex" });
    expect(gist([judgeCodex(found("0.169.0"), undefined), judgeCodex(found("0.170.1"), undefined)])).toEqual([
      "ok",
      "ok",
    ]);
    expect(gist([judgeCodex(found("0.99.0"), undefined)])).toEqual(["warning: npm install -g @openai/codex@0.169.0"]);
    expect(gist([judgeCodex(found("0.169.0"), "codex login")])).toEqual(["warning: codex login"]);
  });

  it("a sandbox of Codex that fails is wrong, with the kernel's setting that forbids it", () => {
    expect(judgeAuthors(undefined, {}).state).toBe("ok");
    expect(gist([judgeAuthors("bwrap: denied", { appArmorRestricts: "1" })])).toEqual([
      "wrong: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ]);
    expect(gist([judgeAuthors("bwrap: execvp codex-linux-sandbox: No such file or directory", {})])).toEqual([
      "wrong: npm start -- --home PATH (one outside the temporary folder)",
    ]);
    expect(gist([judgeAuthors("bwrap: denied", { appArmorRestricts: "0" })])).toEqual([
      "wrong: docs/confinement.md says what its sandbox needs of the system",
    ]);
  });

  it("a machine without bubblewrap says how to get it, one whose kernel forbids it how to let it", () => {
    const missing = problem("UNAVAILABLE", "There is no bubblewrap.", "Install it.");
    const denied = problem("UNAVAILABLE", "It cannot be used.", "See sysctl.", "setting up uid map: denied");
    const kernel = { usersMayClone: "0" };
    expect(judgeSandbox({ confinement: "bubblewrap", lacks: undefined }, {}).says).toContain("bubblewrap");
    expect(gist([judgeSandbox({ confinement: "none", lacks: missing }, kernel)])).toEqual(["warning: Install it."]);
    expect(gist([judgeSandbox({ confinement: "none", lacks: denied }, kernel)])).toEqual([
      "warning: sudo sysctl -w kernel.unprivileged_userns_clone=1",
    ]);
  });

  it("what the human allowed is told with how to take it back", () => {
    const allowed: Project = { ...project, name: "my shop", allowed: ["no-confinement"] };
    expect(gist(judgeLoosened({ projects: { [allowed.id]: allowed } }))).toEqual([
      "warning: cox allow no-confinement --project 'my shop' --end",
    ]);
  });
});

describe("the home", () => {
  const sound: HomeFacts = {
    folder: "/home/ada/.coxswain",
    isFolder: true,
    ours: true,
    mode: 0o700,
    writable: true,
    open: [],
  };
  const judged = (more: Partial<HomeFacts>) => gist([judgeHome("/home/ada/.coxswain", { ...sound, ...more })]);

  it("is fine when it is this user's alone", () => {
    expect(judged({})).toEqual(["ok"]);
    expect(gist([judgeHome("/none", undefined)])).toEqual(["warning: npm start"]);
  });

  it.each<[string, Partial<HomeFacts>, string]>([
    ["a file", { isFolder: false }, "wrong: npm start -- --home PATH"],
    ["a path with a space", { folder: "/home/my ada" }, "wrong: npm start -- --home PATH"],
    ["another user's", { ours: false }, `wrong: sudo chown -R "$(id -un)" /home/ada/.coxswain`],
    ["closed to us", { writable: false }, "wrong: chmod u+rwx /home/ada/.coxswain"],
    ["open to writers", { mode: 0o770 }, "wrong: chmod 700 /home/ada/.coxswain"],
    ["open to readers", { mode: 0o755 }, "warning: chmod 700 /home/ada/.coxswain"],
    [
      "on CIFS, whose number is negative in Node",
      { fileSystem: 0xff534d42 | 0 },
      "warning: npm start -- --home PATH (a path on a disk of this machine)",
    ],
    ["with a capability others read", { open: ["capability"] }, "warning: chmod 600 /home/ada/.coxswain/capability"],
  ])("that is %s is told, with what mends it", (_, more, expected) => {
    expect(judged(more)).toEqual([expected]);
  });
});

describe("an engine that does not answer", () => {
  const address = { pid: 7, protocol: protocolVersion, url: "http://127.0.0.1:1", socket: "/s" };
  it("does not run, ended by force, hangs, or is another version", () => {
    expect(gist(judgeEngine("/h", { holder: undefined }))).toEqual(["warning: npm start"]);
    expect(judgeEngine("/h", { holder: undefined, address })[0]?.says).toContain("process 7");
    expect(gist(judgeEngine("/h", { holder: { pid: 7, since: 0 } }))).toEqual([
      "wrong: If it goes on: kill 7 && npm start",
    ]);
    const other = { ...address, protocol: protocolVersion + 1 };
    expect(gist(judgeEngine("/h", { holder: { pid: 7, since: 0 }, address: other }))).toEqual([
      "wrong: kill 7 && npm start",
    ]);
    expect(judgeEngine("/h", { holder: undefined, takenPort: 7700 }).map(({ name }) => name)).toEqual([
      "engine",
      "port",
    ]);
  });
});

describe("the fleet", () => {
  it("says of a damaged row how its work goes on, and nothing of rows that are told anew", () => {
    const damage = (table: string) => judgeDamage([{ table, id: "w1", why: "Not JSON." }]);
    expect(gist(damage("workstreams"))[0]).toMatch(/^wrong: .*git branch --list 'cox\/w1\/\*'.*cox start --base/);
    expect(gist(damage("projects"))[0]).toMatch(/^wrong: cox open PATH/);
    expect(damage("attention")).toEqual([]);
  });

  it("names what is frozen, and what was to be deleted and is not", () => {
    const rows = [
      { ...aRow(1), frozen: "Something failed." },
      { ...aRow(2), phase: "deleting" as const, tombstone: { confirmed: false, at: 0 } },
      aRow(3),
    ];
    const workstreams = Object.fromEntries(rows.map((row) => [row.id, row]));
    expect(gist(judgeWorkstreams({ workstreams }))).toEqual([
      "wrong: cox retry 1",
      expect.stringMatching(/^warning: cox show 2/),
    ]);
  });

  it("says of a project that it is gone, is another one, has no identity, or no policy that can be used", () => {
    const facts = { commonDir: project.gitDir, identity: true };
    const gone = fail("NOT_FOUND", "There is no folder.", "Choose another.");
    expect(gist(judgeProject(project, ok(facts), true))).toEqual(["ok"]);
    expect(gist(judgeProject(project, gone, true))[0]).toMatch(
      /^wrong: .*mv ITS-FOLDER '\/src\/my shop'\..* archive .*cox close '\/src\/my shop'$/,
    );
    expect(judgeProject(project, gone, false)[0]?.state).toBe("warning");
    const owned = fail("FORBIDDEN", "Another user's.", "git config --global --add safe.directory /src");
    expect(gist(judgeProject(project, owned, true))).toEqual(["wrong: git config --global --add safe.directory /src"]);
    expect(judgeProject(project, ok({ ...facts, commonDir: "/else" }), true)[0]?.state).toBe("wrong");
    expect(gist(judgeProject(project, ok({ ...facts, identity: false }), true))).toEqual([
      `warning: git -C '/src/my shop' config user.name "Your Name" && git -C '/src/my shop' config user.email you@example.com`,
    ]);
    const rejected = problem("BAD_REQUEST", "The YAML is broken.", "Mend line 3.");
    const policy = { source: "file" as const, rejected };
    expect(gist(judgeProject({ ...project, policy }, ok(facts), true))).toEqual(["wrong: Mend line 3."]);
  });

  it("tells of worktrees only what nobody can work in or nobody knows", () => {
    const row = aRow(1);
    const worktree = (more: object) => ({
      projectId: project.id,
      path: "/h/w/a",
      byHand: false,
      state: "workstream" as const,
      ...more,
    });
    const judged = (more: object) =>
      gist(judgeWorktrees({ worktrees: [worktree(more)], unlisted: [] }, stateOf({ workstreams: { [row.id]: row } })));
    expect(judged({})).toEqual(["ok"]);
    expect(judged({ state: "missing", workstreamId: row.id })[0]).toMatch(/^wrong: .*cox retry 1 makes it anew$/);
    expect(judged({ state: "missing", workstreamId: row.id, byHand: true })).toEqual([
      "wrong: Put it back if you moved it",
    ]);
    expect(judged({ state: "missing" })).toEqual(["warning: git -C '/src/my shop' worktree prune"]);
    expect(judged({ state: "missing", byHand: true })).toEqual(["ok"]);
    expect(judged({ state: "unregistered" })[0]).toMatch(/rm -r \/h\/w\/a$/);
  });
});

describe("the disk", () => {
  const limits = { low: 5e9, floor: 1e9 };
  it("is told by its parts, the largest first, with what can be freed", () => {
    const row = aRow(1);
    const measured = {
      parts: [
        { part: "vault" as const, bytes: 1e6 },
        { part: "worktrees" as const, bytes: 3e9 },
      ],
      reclaimable: 2e9,
      partial: false,
      at: 0,
    };
    const worktree = {
      projectId: project.id,
      path: "/h/w/a",
      byHand: false,
      state: "workstream" as const,
      workstreamId: row.id,
    };
    const size = { bytes: 3e9, reclaimable: 2e9, partial: false, at: 0 };
    const checks = judgeDisk(
      { free: 9e9, ...limits, measured },
      [{ ...worktree, size }],
      stateOf({ workstreams: { [row.id]: row } }),
    );
    expect(checks.map(({ says }) => says)).toEqual([
      "9.0 GB free",
      "3.0 GB used: worktrees 3.0 GB, vault 1.0 MB",
      `largest worktrees: #1 ${row.name} 3.0 GB`,
      expect.stringContaining("2.0 GB can be freed"),
    ]);
    expect(judgeDisk({ free: 9e9, ...limits }, [], stateOf({})).map(({ state }) => state)).toEqual(["ok", "ok"]);
  });

  it("that is nearly full warns, and one that lets nothing new start is wrong", () => {
    expect([9e9, 4e9, 5e8].map((free) => judgeFree({ free, ...limits }).state)).toEqual(["ok", "warning", "wrong"]);
    const pool = { project: "shop", ready: 0, wanted: 2, bytes: 0, base: "main", upToDate: true };
    expect(judgePool(pool).state).toBe("ok");
    expect(judgePool({ ...pool, waiting: "a full disk" }).state).toBe("warning");
  });
});

describe("processes left over", () => {
  const home = "/home/ada/.coxswain";
  const living = (more: Partial<Living>): Living => ({
    pid: 50,
    parent: 1,
    terminal: false,
    command: "node",
    folder: "/",
    environment: [],
    ...more,
  });
  const authors = ["COXSWAIN_WORKSTREAM=w1", `COXSWAIN_HOME=${home}`];

  it("are those of this home that do not descend from its engine", () => {
    const engine = living({ pid: 10, command: "server" });
    const child = living({ pid: 20, parent: 10, environment: [`CODEX_HOME=${home}/codex`] });
    const grandchild = living({ pid: 30, parent: 20, environment: authors });
    const all = [engine, child, grandchild];
    expect(judgeLeftovers(all, home, 10)).toEqual([]);
    expect(gist(judgeLeftovers(all, home, undefined))).toEqual(["warning: kill 20 30"]);
    expect(judgeLeftovers(all, "/other", undefined)).toEqual([]);
  });

  it("are those whose parent left them in a worktree, and never a human's shell", () => {
    const folder = `${home}/worktrees/p1/fix`;
    expect(gist(judgeLeftovers([living({ folder })], home, 10))).toEqual(["warning: kill 50"]);
    expect(judgeLeftovers([living({ folder, parent: 49 })], home, 10)).toEqual([]);
    expect(judgeLeftovers([living({ folder, terminal: true })], home, 10)).toEqual([]);
    expect(judgeLeftovers([living({ environment: authors, terminal: true })], home, 10)).toEqual([]);
  });
});
