import { createHash } from "node:crypto";
import { fail, ok, type Result } from "../../../contract/errors.ts";
import type { DiffSummary, Gate, JudgedFile, Workstream } from "../../../contract/states.ts";
import type { ChangedPath } from "../../git/changed-paths.ts";
import type { Deck } from "../crew.ts";
import { isHarnessFile } from "../harness-files.ts";

/** How many paths the reason names. */
const mostNamed = 5;

/** How many files the verdict tells, and of how many characters in all: every window holds it. */
const mostTold = 100;
const mostCharacters = 8_000;

/**
 * Judges whether a commit changes the files by which work is judged. The digest covers what those files were and are, and
 * nothing else: what the human waived stays waived while other files change.
 */
export async function judgeHarness(deck: Deck, row: Workstream, diff: DiffSummary): Promise<Result<Gate>> {
  const changed = await changesOf(deck, row, diff.head);
  if (!changed.ok) return changed;
  const files = changed.value.filter(({ path }) => isHarnessFile(path));
  const digest = createHash("sha256").update(JSON.stringify(files)).digest("hex");
  const judged = { digest, commit: diff.head, at: diff.at };
  if (files.length === 0) return ok({ verdict: "passed", ...judged });
  const before = row.gates.harness;
  if (before?.verdict === "waived" && before.digest === digest) return ok({ ...before, ...judged });
  const named = files.slice(0, mostNamed).map(({ path }) => short(path));
  const more = files.length > mostNamed ? ` and ${files.length - mostNamed} more` : "";
  const why = `Changes harness files: ${named.join(", ")}${more}. Look at them; \`cox waive ${row.number} ${digest.slice(0, 8)}\` lets them pass.`;
  return ok({ verdict: "pending", why, ...judged, ...told(files) });
}

/** The files whole, and how many are left out where they are too many. */
function told(files: readonly ChangedPath[]): Pick<Gate, "files" | "moreFiles"> {
  let characters = 0;
  const shown: JudgedFile[] = [];
  for (const { path, oldMode, newMode } of files.slice(0, mostTold)) {
    characters += path.length;
    if (characters > mostCharacters) break;
    shown.push({ path, change: isNone(oldMode) ? "added" : isNone(newMode) ? "deleted" : "modified" });
  }
  const more = files.length - shown.length;
  return { files: shown, ...(more === 0 ? {} : { moreFiles: more }) };
}

/** Git's mode of a path that is not there. */
function isNone(mode: string): boolean {
  return /^0+$/.test(mode);
}

/**
 * Against the branch it is to land on, so that what came from there is nobody's change; against its beginning where that is
 * gone. Asked in the main checkout: in its own an author could make a ref of the base's name.
 */
async function changesOf(deck: Deck, row: Workstream, head: string): ReturnType<Deck["git"]["changedPaths"]> {
  const project = deck.state().projects[row.projectId];
  if (project === undefined) return fail("NOT_FOUND", "Its project is not open.", "Open the project again.");
  const at = { path: project.root, gitDir: project.gitDir };
  const { base, commit } = row.place;
  const changed = await deck.git.changedPaths(at, { base, head });
  return changed.ok || commit === undefined ? changed : deck.git.changedPaths(at, { base: commit, head });
}

function short(path: string): string {
  return path.length <= 80 ? path : `…${path.slice(-79)}`;
}
