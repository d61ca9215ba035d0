import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  commitFiles,
  git as plainGit,
  makeRepository,
  scenarioEnvironment,
  temporaryFolder,
} from "../../../e2e/scenarios/repositories.ts";
import { ok } from "../../contract/errors.ts";
import { conflictInWords, overlapInWords } from "../../contract/forecast.ts";
import { emptyFleetState, type FleetState, type Workstream } from "../../contract/states.ts";
import { createGit, type Git } from "../git/git.ts";
import { newCrew, type Crew } from "./crew.ts";
import { createForecasts, type Forecasts } from "./forecast.ts";
import { needs } from "./attention.ts";
import { aRow, createHandClock, createMemoryJournal, type HandClock, type MemoryJournal } from "./test-stand.ts";

/* Over a real repository and its real git: only the rest of the fleet is away. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let root: string;
let git: Git;
let clock: HandClock;
let journal: MemoryJournal;
let forecasts: Forecasts;
let merges: number;
let under: Promise<unknown>;
let crews: Map<string, Crew>;

const projectId = "p0000000001";

beforeEach(async () => {
  folder = await temporaryFolder();
  root = await makeRepository(path.join(folder.path, "repo"), [
    ["src/a.ts", "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"],
    ["src/b.ts", "b\n"],
  ]);
  git = createGit({ env: scenarioEnvironment, folder: folder.path });
  clock = createHandClock();
  open(stateWith());
});

afterEach(async () => {
  git.close();
  await folder.remove();
});

function open(from: FleetState): void {
  merges = 0;
  crews = new Map();
  under = Promise.resolve();
  journal = createMemoryJournal(clock, from);
  const gitDir = path.join(root, ".git");
  forecasts = createForecasts({
    clock,
    state: () => journal.state(),
    row: (id) => journal.state().workstreams[id],
    closing: () => false,
    crew: (id) => {
      const known = crews.get(id) ?? newCrew(id, 0);
      crews.set(id, known);
      return known;
    },
    follow: (work) => {
      under = work;
    },
    tell: async (events) => {
      await journal.record(events, { actor: { kind: "engine" } });
      return ok(undefined);
    },
    git: {
      changedPaths: git.changedPaths,
      mergeBase: git.mergeBase,
      conflictsBetween: (at, request) => {
        merges += 1;
        return git.conflictsBetween(at, request);
      },
    },
    worktrees: {
      baseCommit: async (_project, base) => {
        const found = await git.resolve({ path: root, gitDir }, base);
        return found.ok ? found.value : undefined;
      },
    },
  });
}

function stateWith(...rows: readonly Workstream[]): FleetState {
  return {
    ...emptyFleetState,
    projects: {
      [projectId]: {
        id: projectId,
        name: "repo",
        root,
        gitDir: path.join(root, ".git"),
        defaultBranch: "main",
        identity: true,
        openedAt: 0,
        policy: { source: "embedded" },
      },
    },
    workstreams: Object.fromEntries(rows.map((row) => [row.id, row])),
  };
}

/** A workstream whose branch has these files committed since `from`. */
async function worked(
  number: number,
  files: readonly (readonly [string, string])[],
  from = "main",
): Promise<Workstream> {
  await plainGit(root, "switch", "--quiet", "-C", `cox/${number}`, from);
  const head = await commitFiles(root, files, `Work ${number}`);
  await plainGit(root, "switch", "--quiet", "main");
  return aRow(number, { phase: "working", diff: diffAt(head) });
}

function diffAt(head: string, commits = 1): NonNullable<Workstream["diff"]> {
  return { files: 1, added: 1, removed: 1, commits, head, dirty: false, at: 1 };
}

async function look(): Promise<void> {
  await clock.pass(2_000);
  forecasts.look();
  await under;
}

const forecastOf = ({ id }: Workstream) => journal.state().workstreams[id]?.forecast;
const lines = (change: Readonly<Record<number, string>>) =>
  ["one", "two", "three", "four", "five", "six", "seven"].map((line, at) => `${change[at] ?? line}\n`).join("");

describe("the forecast", () => {
  it("names the files in which work no longer merges into its base, once that has moved", async () => {
    const row = await worked(1, [["src/a.ts", lines({ 0: "mine" })]]);
    open(stateWith(row));
    await look();
    expect(forecastOf(row)).toMatchObject({ head: row.diff?.head, overlaps: [] });
    expect(forecastOf(row)).not.toHaveProperty("conflict");
    const landed = await commitFiles(root, [["src/a.ts", lines({ 0: "theirs" })]], "Somebody lands something");
    await look();
    expect(forecastOf(row)).toMatchObject({ base: landed, conflict: { files: ["src/a.ts"] } });
    const signs = { stalled: new Set<string>(), damaged: [], low: undefined };
    expect([...needs(journal.state(), signs).values()]).toMatchObject([
      { kind: "conflict", ask: "conflicts with main in src/a.ts" },
    ]);
    const solved = await worked(1, [["src/a.ts", lines({ 0: "both" })]]);
    await journal.record([{ type: "diff.measured", workstreamId: row.id, diff: diffAt(solved.diff?.head ?? "") }], {
      actor: { kind: "engine" },
    });
    await look();
    expect(forecastOf(row)).not.toHaveProperty("conflict");
    expect(needs(journal.state(), signs).size).toBe(0);
  });

  it("tells siblings that change the same files from those that touch the same lines", async () => {
    const [first, second, third, rival] = [
      await worked(1, [["src/a.ts", lines({ 0: "first" })]]),
      await worked(2, [["src/a.ts", lines({ 0: "second" })]]),
      await worked(3, [
        ["src/a.ts", lines({ 6: "third" })],
        ["src/c.ts", "c\n"],
      ]),
      { ...(await worked(4, [["src/a.ts", lines({ 0: "rival" })]])), ticket: { key: "T-1", title: "The same" } },
    ];
    open(stateWith(first, second, third, rival));
    await look();
    expect(forecastOf(first)?.overlaps).toEqual([
      { workstreamId: second.id, conflicts: true, files: ["src/a.ts"] },
      { workstreamId: third.id, conflicts: false, files: ["src/a.ts"] },
    ]);
    const [same, near] = forecastOf(first)?.overlaps ?? [];
    expect(same && overlapInWords(same, "pay-retry")).toBe("touches the same lines as pay-retry in src/a.ts");
    expect(near && overlapInWords(near, "geo-tax")).toBe("changes the same files as geo-tax: src/a.ts");
    // Each with the base, and each pair of different tickets once.
    expect(merges).toBe(4 + 5);
    await look();
    expect(merges).toBe(9);
  });

  it("merges no pair that has no file in common, and looks again only at what moved", async () => {
    const [a, b] = [await worked(1, [["src/a.ts", "mine\n"]]), await worked(2, [["src/b.ts", "mine\n"]])];
    open(stateWith(a, b));
    await look();
    expect(merges).toBe(2);
    expect(journal.events("forecast.made")).toHaveLength(2);
    const head = (await worked(2, [["src/b.ts", "more\n"]])).diff?.head ?? "";
    await journal.record([{ type: "diff.measured", workstreamId: b.id, diff: diffAt(head, 2) }], {
      actor: { kind: "engine" },
    });
    await look();
    expect(merges).toBe(3);
    expect(journal.events("forecast.made")).toHaveLength(3);
  });

  it("takes what the base brought for nobody's change once the author rebased, and only then", async () => {
    const began = (await plainGit(root, "rev-parse", "main")).trim();
    const first = await worked(1, [["src/a.ts", "mine\n"]]);
    const row = { ...first, place: { ...first.place, commit: began } };
    const adopted = { ...row, id: "w0000000007", place: { ...row.place, adopted: { commit: began } } };
    open(stateWith(row, adopted));
    const landed = await commitFiles(root, [["src/b.ts", "theirs\n"]], "Somebody lands something");
    await look();
    expect(journal.events("workstream.rebased")).toEqual([]);
    await plainGit(root, "switch", "--quiet", "cox/1");
    await plainGit(root, "rebase", "--quiet", "main");
    const head = (await plainGit(root, "rev-parse", "HEAD")).trim();
    await plainGit(root, "switch", "--quiet", "main");
    for (const { id } of [row, adopted]) {
      await journal.record([{ type: "diff.measured", workstreamId: id, diff: diffAt(head) }], {
        actor: { kind: "engine" },
      });
    }
    await look();
    expect(journal.events("workstream.rebased")).toEqual([
      { type: "workstream.rebased", workstreamId: row.id, commit: landed },
    ]);
    expect(crews.get(row.id)?.measureDue).toBe(true);
    // A base that is wound back moves nobody's beginning.
    await plainGit(root, "reset", "--quiet", "--hard", began);
    await look();
    expect(journal.state().workstreams[row.id]?.place.commit).toBe(landed);
  });

  it("says nothing of work that is over, not committed, or whose base is gone", async () => {
    const row = await worked(1, [["src/a.ts", "mine\n"]]);
    const lost = { ...(await worked(2, [["src/b.ts", "mine\n"]])), id: "w0000000009" };
    open(
      stateWith(
        row,
        { ...lost, place: { ...lost.place, base: "gone" } },
        aRow(3, { phase: "working", diff: { ...diffAt("a".repeat(40), 0), dirty: true } }),
      ),
    );
    await look();
    expect(journal.events("forecast.made").map(({ workstreamId }) => workstreamId)).toEqual([row.id]);
    await journal.record([{ type: "workstream.moved", workstreamId: row.id, phase: "landed" }], {
      actor: { kind: "engine" },
    });
    await look();
    expect(forecastOf(row)).toBeUndefined();
  });

  it("holds no more than a window can take", async () => {
    const many = Array.from({ length: 30 }, (_, at) => [`${"deep/".repeat(80)}${at}.ts`, "x\n"] as const);
    const row = await worked(1, many);
    await commitFiles(
      root,
      many.map(([name]) => [name, "y\n"] as const),
      "All of them",
    );
    open(stateWith(row));
    await look();
    const { files = [], moreFiles } = forecastOf(row)?.conflict ?? {};
    expect([files.length, moreFiles, Math.max(...files.map(({ length }) => length))]).toEqual([8, 22, 300]);
    expect(conflictInWords({ conflict: { files: ["a", "b", "c"], moreFiles: 22 } }, "main", 2)).toBe(
      "conflicts with main in a, b and 23 more",
    );
  });
});
