import { mostCompared, type Attempt, type Comparison, type TestRun } from "../../contract/attempts.ts";
import { mostDiffFiles, type ChangesFrame } from "../../contract/diffs.ts";
import { fail, ok, unwrap, type Result } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import type { Item } from "../../contract/items.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Between } from "../git/between-commits.ts";
import type { Checkout } from "../git/run.ts";
import { changedFile, mostLines } from "./changes.ts";
import type { Deck } from "./crew.ts";
import type { Fleet } from "./fleet.ts";
import { looksLikeTest, testWords } from "./looks-like-test.ts";
import { nothingAtTerminals } from "./leave-terminals.ts";
import { putAway } from "./put-away.ts";

const mostFiles = 500;
const mostCommits = 20;
const mostTests = 5;
/** Commands that are looked at for runs of tests. */
const commandsLookedAt = 200;
const longestMessage = 2_000;

/** Attempts at one ticket: what each came to, what differs between two, and the choice among them. */
export function createAttemptCommands(deck: Deck): Pick<Fleet, "compare" | "between" | "keep"> {
  return {
    async compare(id) {
      const row = deck.row(id);
      if (row === undefined) return missing(id);
      const ticket = await deck.storage.ticket(id);
      if (!ticket.ok) return ticket;
      const all = siblingsOf(deck, row);
      const attempts = await Promise.all(chosen(all, row).map((each) => attemptOf(deck, each)));
      const told: Comparison = { ticket: ticket.value, attempts, leftOut: all.length - attempts.length };
      return ok(told);
    },

    async between(id, otherId, signal) {
      const [row, other] = [deck.row(id), deck.row(otherId)];
      if (row === undefined) return missing(id);
      if (other === undefined) return missing(otherId);
      if (row.projectId !== other.projectId) {
        return fail("BAD_REQUEST", "They belong to different projects.", "Name two workstreams of one project.");
      }
      const at = repositoryOf(deck, row);
      if (!at.ok) return at;
      const [from, to] = await Promise.all([headOf(deck, at.value, row), headOf(deck, at.value, other)]);
      if (!from.ok) return from;
      if (!to.ok) return to;
      const ends = { from: from.value, to: to.value };
      const read = await deck.git.betweenCommits(at.value, { ...ends, withPatch: true, signal });
      return read.ok ? ok(framesOf(deck, ends, read.value)) : read;
    },

    async keep(id, { over, why }, by) {
      for (const other of over.map((otherId) => deck.row(otherId))) {
        const isAway = other === undefined || other.phase === "archived";
        const free = isAway ? ok(undefined) : await nothingAtTerminals(deck, other);
        if (!free.ok) return free;
      }
      const row = deck.row(id);
      if (row === undefined) return missing(id);
      if (row.phase === "archived" || row.phase === "deleting") {
        return fail("CONFLICT", `${row.name} is put away itself.`, "Bring it back first: `cox unarchive`.");
      }
      const others = [...new Set(over)].map((otherId) => deck.row(otherId));
      const fits = others.every((other) => other !== undefined && other.id !== id && areSiblings(other, row));
      if (!fits) {
        return fail(
          "BAD_REQUEST",
          "Not all of them are attempts at its ticket.",
          "`cox compare` lists those that are.",
        );
      }
      const away = others.flatMap((other) => (other === undefined ? [] : [other]));
      const busy = away.find(
        ({ phase, place }) => phase === "deleting" || (phase === "paused" && place.gitDir !== undefined),
      );
      if (busy !== undefined) {
        return fail("CONFLICT", `${busy.name} is giving up its folder.`, "Try again in a moment.");
      }
      const kept = { why, over: away.map((other) => other.id), at: deck.clock.now() };
      const events: Event[] = [
        { type: "attempt.kept", workstreamId: id, kept },
        ...away.filter(({ phase }) => phase !== "archived").flatMap((other) => putAway(deck, other.id)),
      ];
      const told = await deck.tell(events, by);
      for (const other of away) deck.poke(other.id);
      return told;
    },
  };
}

/** What differs, as a diff is told. */
async function* framesOf(
  deck: Deck,
  { from, to }: { readonly from: string; readonly to: string },
  { files, patch, patchTruncated }: Between,
): AsyncGenerator<ChangesFrame> {
  const listed = files.slice(0, mostDiffFiles).map((file) => changedFile(file));
  yield { kind: "files", base: from, head: to, files: listed, unlisted: files.length - listed.length };
  const known = new Set(listed.map(({ path }) => path));
  for await (const patches of unwrap(deck.patches.read(patch, { fold: true, generated: [], mostLines }))) {
    yield { kind: "patches", patches: patches.filter(({ path }) => known.has(path)) };
  }
  yield { kind: "end", truncated: patchTruncated };
}

/** What takes the choice back when one of those that were not chosen is brought back. */
export function choiceOpened(deck: Deck, id: string): Event[] {
  return Object.values(deck.state().workstreams)
    .filter(({ kept }) => kept?.over.includes(id) === true)
    .map((row) => ({ type: "attempt.unkept", workstreamId: row.id }));
}

function areSiblings(one: Workstream, other: Workstream): boolean {
  return one.projectId === other.projectId && one.ticket.key === other.ticket.key;
}

function siblingsOf(deck: Deck, row: Workstream): Workstream[] {
  return Object.values(deck.state().workstreams)
    .filter((other) => areSiblings(other, row))
    .toSorted((a, b) => a.number - b.number);
}

/** The one that was named, then those that are not put away, the newest first; told in the order of their numbers. */
function chosen(all: readonly Workstream[], row: Workstream): Workstream[] {
  const weight = (each: Workstream): number => (each.id === row.id ? 2 : each.phase === "archived" ? 0 : 1);
  return all
    .toSorted((a, b) => weight(b) - weight(a) || b.number - a.number)
    .slice(0, mostCompared)
    .toSorted((a, b) => a.number - b.number);
}

async function attemptOf(deck: Deck, row: Workstream): Promise<Attempt> {
  const { id } = row;
  const [change, commands, messages, attention] = await Promise.all([
    changeOf(deck, row),
    deck.storage.newestItems(id, { kind: "command", words: testWords }, commandsLookedAt),
    deck.storage.newestItems(id, { kind: "message", words: [] }, 1),
    deck.storage.humanAttention(id),
  ]);
  const message = messages.ok ? messageOf(messages.value[0]) : undefined;
  return {
    workstream: row,
    ...(change.ok ? change.value : { ...nothing, problem: change.error }),
    tests: commands.ok ? testsOf(commands.value) : [],
    ...(message === undefined ? {} : { message }),
    attention: attention.ok ? attention.value : { commands: 0, focusedMs: 0 },
  };
}

type Change = Pick<Attempt, "files" | "moreFiles" | "added" | "removed" | "head" | "commits" | "moreCommits">;

const nothing: Change = { files: [], moreFiles: 0, added: 0, removed: 0, commits: [], moreCommits: false };

/** What is committed on its branch: read from the project's repository, so that it is there without a folder too. */
async function changeOf(deck: Deck, row: Workstream): Promise<Result<Change>> {
  const began = row.place.commit;
  if (began === undefined) return ok(nothing);
  const at = repositoryOf(deck, row);
  if (!at.ok) return at;
  const head = await headOf(deck, at.value, row);
  if (!head.ok) return head;
  const since = await deck.git.mergeBase(at.value, began, head.value);
  if (!since.ok) return since;
  const [changes, commits] = await Promise.all([
    deck.git.betweenCommits(at.value, { from: since.value, to: head.value, withPatch: false }),
    deck.git.commitsBetween(at.value, { from: since.value, to: head.value, limit: mostCommits }),
  ]);
  if (!changes.ok) return changes;
  if (!commits.ok) return commits;
  const { files } = changes.value;
  return ok({
    files: files.slice(0, mostFiles).map(({ path, change, binary, added, removed }) => ({
      path: path.slice(0, 4_096),
      change,
      binary,
      added,
      removed,
    })),
    moreFiles: Math.max(0, files.length - mostFiles),
    added: files.reduce((sum, file) => sum + file.added, 0),
    removed: files.reduce((sum, file) => sum + file.removed, 0),
    head: head.value,
    commits: [...commits.value.commits],
    moreCommits: commits.value.more,
  });
}

function repositoryOf(deck: Deck, row: Workstream): Result<Checkout> {
  const project = deck.state().projects[row.projectId];
  if (project !== undefined) return ok({ path: project.root, gitDir: project.gitDir });
  return fail("NOT_FOUND", `The project of ${row.name} is not open.`, "Open it again: `cox open PATH`.");
}

function headOf(deck: Deck, at: Checkout, { place }: Workstream): Promise<Result<string>> {
  return deck.git.resolve(at, place.branch);
}

function messageOf(item: Item | undefined): Attempt["message"] {
  if (item?.body.kind !== "message") return undefined;
  return { text: item.body.text.slice(0, longestMessage), at: item.at, ordinal: item.ordinal };
}

/** One of each command, as it ended last. */
function testsOf(newestFirst: readonly Item[]): TestRun[] {
  const runs = new Map<string, TestRun>();
  for (const { body, at, ordinal } of newestFirst) {
    if (body.kind !== "command" || !looksLikeTest(body.command)) continue;
    const command = body.command.slice(0, 300);
    const known = runs.get(command);
    const { exitCode } = body;
    const told = { command, at, ordinal, times: 1, ...(exitCode === undefined ? {} : { exitCode }) };
    runs.set(command, known === undefined ? told : { ...known, times: known.times + 1 });
  }
  return [...runs.values()].slice(0, mostTests);
}

function missing(id: string): Result<never> {
  return fail("NOT_FOUND", `There is no workstream ${id}.`, "`cox list` shows those there are.");
}
