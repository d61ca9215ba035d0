import type { Result } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import type { Workstream } from "../../contract/states.ts";
import type { CopyOutcome } from "../worktrees/copy-folders.ts";
import type { Deck } from "./crew.ts";
import { runProjectHook } from "./hooks.ts";
import { repositoryOf } from "./place.ts";
import { transcriptOf } from "./transcript-of.ts";

/** Between two lines about a copy that takes long, in milliseconds. */
const tellEvery = 1_000;

/** Fills a new worktree with what its project needs: dependency folders where they can be copied, then its own set-up. */
export async function setUp(deck: Deck, row: Workstream): Promise<Result<void>> {
  const copied = await copyDependencies(deck, row);
  return runProjectHook(deck, row, "after_create", deck.policy(row).hooks.afterCreate, {
    COXSWAIN_COPIED: copied.join(":"),
  });
}

/** Answers the folders that were copied. What was not is said in the transcript and stops nothing. */
async function copyDependencies(deck: Deck, row: Workstream): Promise<readonly string[]> {
  const project = deck.state().projects[row.projectId];
  if (project === undefined) return [];
  const stop = new AbortController();
  let toldAt = deck.clock.now();

  function progress(folder: string, entries: number): void {
    const now = deck.clock.now();
    if (Math.abs(now - toldAt) < tellEvery) return;
    toldAt = now;
    if (deck.closing() || deck.row(row.id)?.phase !== row.phase) return stop.abort();
    const line = `Copying ${folder}: ${entries.toLocaleString("en")} entries`.slice(0, 200);
    deck.follow(deck.tell([{ type: "line.told", workstreamId: row.id, line }]));
  }

  const outcomes = await deck.worktrees.copyFolders({
    project: repositoryOf(project),
    to: row.place.path,
    wanted: deck.policy(row).coxswain.copy,
    signal: stop.signal,
    onProgress: progress,
  });
  if (outcomes.length > 0) await deck.tell(await notices(deck, row, outcomes));
  return outcomes.flatMap((one) => (one.kind === "copied" ? [one.folder] : []));
}

async function notices(deck: Deck, row: Workstream, outcomes: readonly CopyOutcome[]): Promise<Event[]> {
  const transcript = await transcriptOf(deck, row.id);
  const now = deck.clock.now();
  const text = outcomes.map(sentence).join("\n");
  return transcript.add({ kind: "notice", level: "info", text }, { id: `copy:${deck.newId("i")}` }, now);
}

function sentence(outcome: CopyOutcome): string {
  if (outcome.kind === "left") return `${outcome.folder} was not copied: it ${outcome.why}.`;
  return `${outcome.folder} was copied from the main checkout: ${outcome.entries.toLocaleString("en")} entries in ${outcome.ms} ms.`;
}
