import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, vi } from "vitest";
import { unwrap } from "../../src/contract/errors.ts";
import type { Envelope } from "../../src/contract/events.ts";
import { fold } from "../../src/contract/fold.ts";
import { emptyFleetState, type FleetState } from "../../src/contract/states.ts";
import { openStorage } from "../../src/main/storage/open-storage.ts";
import { processesOf } from "../engine-process.ts";
import { git } from "../scenarios/repositories.ts";
import { scenarioOf, type Wishes } from "./human.ts";

/** By ticket: the phase, and the files its branch ends with. */
export type Ends = Record<
  string,
  { readonly phase: string; readonly tree: string; readonly dirty: boolean | undefined }
>;

interface Run {
  readonly home: string;
  readonly repository: string;
  /** Every event that was told, by its number. */
  readonly told: ReadonlyMap<number, Envelope>;
  readonly wishes: Wishes;
}

/** After the engine's orderly end: what must hold whatever was killed. Answers how each workstream ended. */
export async function proveNothingHarmed({ home, repository, told, wishes }: Run): Promise<Ends> {
  await expectNoProcess(home);
  const { state, turns } = await expectNothingLost(home, told);
  await expectNothingTwice(home, state, turns, wishes);
  await expectCommitsKept(repository, state, told);
  expect((await git(repository, "rev-list", "--count", "main")).trim(), "nobody moved main").toBe("1");
  expect(await git(repository, "status", "--porcelain")).toBe("");
  await git(repository, "fsck", "--no-dangling");
  return endsOf(repository, state);
}

/** Nothing the run started may outlive it; what was killed takes a moment to be reaped. */
async function expectNoProcess(home: string): Promise<void> {
  await vi.waitFor(async () => expect(await processesOf(home)).toEqual([]), { timeout: 10_000 });
}

/** Every event that was ever told is still in the outbox, as it was told, and the rows are what the events come to. */
async function expectNothingLost(
  home: string,
  told: ReadonlyMap<number, Envelope>,
): Promise<{ readonly state: FleetState; readonly turns: readonly string[] }> {
  const worker = new URL("../../src/main/storage/worker.ts", import.meta.url);
  const storage = unwrap(
    await openStorage({ file: path.join(home, "coxswain.db"), worker, onProblem: () => undefined }),
  );
  try {
    const { state, damaged } = unwrap(await storage.load());
    expect(damaged).toEqual([]);
    const kept = new Map<number, Envelope>();
    for (let after = 0; ;) {
      const page = unwrap(await storage.eventsAfter(after, 5_000));
      expect(page.gap).toBe(false);
      for (const envelope of page.envelopes) kept.set(envelope.seq, envelope);
      const last = page.envelopes.at(-1);
      if (last === undefined) break;
      after = last.seq;
    }
    for (const [seq, envelope] of told) expect(kept.get(seq)).toEqual(envelope);
    const folded = [...kept.values()].sort((a, b) => a.seq - b.seq).reduce(fold, emptyFleetState);
    expect(folded).toEqual(state);
    const turns = [...kept.values()].flatMap(({ event }) => (event.type === "turn.opened" ? [event.turn.id] : []));
    return { state, turns };
  } finally {
    await storage.close();
  }
}

/** No ticket was started twice. The agent keeps each turn it was sent: none came twice, and each is one the engine recorded. */
async function expectNothingTwice(
  home: string,
  state: FleetState,
  turns: readonly string[],
  { wanted, deleted }: Wishes,
): Promise<void> {
  const titles = Object.values(state.workstreams).map((row) => row.ticket.title);
  expect(titles.sort()).toEqual(wanted.filter((title) => !deleted.has(title)).sort());
  const keys: string[] = [];
  for (const file of await readdir(path.join(home, "scripted"))) {
    if (!file.endsWith(".jsonl")) continue;
    for (const line of (await readFile(path.join(home, "scripted", file), "utf8")).split("\n")) {
      if (line.includes('"type":"turn"')) keys.push(/"clientId":"([^"]+)"/.exec(line)?.[1] ?? line);
    }
  }
  expect(keys.length).toBeGreaterThan(0);
  expect(new Set(keys).size).toBe(keys.length);
  expect(turns).toEqual(expect.arrayContaining(keys));
}

/** Every commit that was ever told of is still in the history of its branch. */
async function expectCommitsKept(
  repository: string,
  state: FleetState,
  told: ReadonlyMap<number, Envelope>,
): Promise<void> {
  const heads = new Map<string, Set<string>>();
  for (const { event } of told.values()) {
    if (event.type !== "diff.measured") continue;
    heads.set(event.workstreamId, (heads.get(event.workstreamId) ?? new Set()).add(event.diff.head));
  }
  for (const [id, seen] of heads) {
    const branch = state.workstreams[id]?.place.branch;
    // Deleted, as the human wanted.
    if (branch === undefined) continue;
    const history = new Set((await git(repository, "rev-list", `refs/heads/${branch}`)).split("\n"));
    for (const head of seen) expect(history).toContain(head);
  }
}

async function endsOf(repository: string, state: FleetState): Promise<Ends> {
  const found: Ends = {};
  for (const row of Object.values(state.workstreams)) {
    const tree = await treeOf(repository, row.place.branch);
    const isPutAway = row.phase === "archived";
    if (!isPutAway) expect((await git(row.place.path, "rev-parse", "HEAD")).trim()).toBe(row.diff?.head);
    found[row.ticket.title] = { phase: row.phase, tree, dirty: isPutAway ? false : row.diff?.dirty };
  }
  return found;
}

/** Without the policy, which differs from run to run. */
async function treeOf(repository: string, branch: string): Promise<string> {
  const files = (await git(repository, "ls-tree", "-r", `refs/heads/${branch}`)).split("\n");
  return files.filter((line) => !line.endsWith("\tWORKFLOW.md")).join("\n");
}

/** What each ticket of a run is to end as, given how one of each scenario ended undisturbed. */
export function expectedEnds(undisturbed: Ends, ends: Ends): Ends {
  return Object.fromEntries(
    Object.keys(ends).map((title) => [title, undisturbed[`Play ${scenarioOf(title)} 1`] ?? missing(title)]),
  );
}

function missing(title: string): never {
  throw new Error(`nothing like ${title} was played undisturbed`);
}
