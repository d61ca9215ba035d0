import { constants, watch } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Problem, Result } from "../../contract/errors.ts";
import { fail, ok } from "../../contract/errors.ts";
import type { Policy } from "./policy.ts";
import { defaultPolicy } from "./policy.ts";
import type { Environment } from "./policy-schema.ts";
import { readPolicy } from "./read-policy.ts";

/** Where a project's policy stands. Start new work only while `problem` is null; what already runs keeps to `policy`. */
export type PolicyState = {
  /** The last good policy; null only while the first one read is broken. */
  readonly policy: Policy | null;
  /** Why the file as it now is cannot be used. */
  readonly problem: Problem | null;
};

export type PolicyWatcher = {
  /** What was last read. */
  readonly current: () => PolicyState;
  /** Reads the file again (a lost file event costs nothing but this call) and answers what holds now. */
  readonly refresh: () => Promise<PolicyState>;
  readonly close: () => void;
};

export type PolicyWatcherDeps = {
  /** The absolute folder that holds `WORKFLOW.md`. */
  readonly projectRoot: string;
  readonly env: Environment;
  /** A new policy holds. Also called for the first one, and when a broken file has been put right, even if it says what it said before. */
  readonly onChange: (policy: Policy) => void;
  /** The file has become unusable, or is unusable in a new way; the last good policy stays. */
  readonly onRejected: (problem: Problem) => void;
  /** Calls back once after so many milliseconds; returns the undo. Lets a half-written file settle. */
  readonly after: (ms: number, call: () => void) => () => void;
};

const fileName = "WORKFLOW.md";
const maxBytes = 256 * 1024;
const settleMs = 60;

/**
 * Reads `WORKFLOW.md` and keeps it fresh. A project without the file has the default policy; a file that was there and went, or that cannot
 * be read (`missing_workflow_file`) or understood, changes nothing but `problem`.
 */
export async function createPolicyWatcher(deps: PolicyWatcherDeps): Promise<PolicyWatcher> {
  let state: PolicyState = { policy: null, problem: null };
  let lastText: string | null | undefined;
  let reading = Promise.resolve();
  let closed = false;

  async function readAgain(): Promise<void> {
    const text = await readText(deps.projectRoot, lastText !== undefined && lastText !== null);
    if (closed) return;
    if (!text.ok) {
      reject(text.error);
      return;
    }
    if (text.value === lastText && state.problem === null) return;
    const read = text.value === null ? ok(defaultPolicy) : readPolicy(text.value, deps.projectRoot, deps.env);
    lastText = text.value;
    if (!read.ok) {
      reject(read.error);
      return;
    }
    state = { policy: read.value, problem: null };
    deps.onChange(read.value);
  }

  function reject(problem: Problem): void {
    const known = state.problem?.message === problem.message && state.problem.cause === problem.cause;
    state = { policy: state.policy, problem };
    if (!known) deps.onRejected(problem);
  }

  async function refresh(): Promise<PolicyState> {
    reading = reading.then(readAgain);
    await reading;
    return state;
  }

  const stopWatching = watchFile(deps, () => void refresh());
  await refresh();
  return {
    current: () => state,
    refresh,
    close: () => {
      closed = true;
      stopWatching();
    },
  };
}

/** Watches the folder, not the file: an editor's rename or a checkout puts another file in its place. */
function watchFile(deps: PolicyWatcherDeps, changed: () => void): () => void {
  let cancel = (): void => {};
  try {
    const watcher = watch(deps.projectRoot, { persistent: false }, (_event, name) => {
      if (name !== null && name !== fileName) return;
      cancel();
      cancel = deps.after(settleMs, changed);
    });
    // Out of watches, or the folder is gone: refresh() still sees every change.
    watcher.on("error", () => watcher.close());
    return () => {
      cancel();
      watcher.close();
    };
  } catch {
    return cancel;
  }
}

/** Null: there is no such file, and there was none before. */
async function readText(projectRoot: string, existed: boolean): Promise<Result<string | null>> {
  let file;
  try {
    const path = await realpath(join(projectRoot, fileName));
    // Its text goes to an agent: a repository must not be able to name a private file of the human's.
    if (!path.startsWith((await realpath(projectRoot)) + sep))
      return unreadable(`${fileName} is a link to a place outside the project.`);
    // Non-blocking, or opening a named pipe would wait for its writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const facts = await file.stat();
    if (!facts.isFile()) return unreadable(`${fileName} is not a file.`);
    if (facts.size > maxBytes) return unreadable(`${fileName} is larger than ${maxBytes / 1024} KiB.`);
    return ok(await file.readFile("utf8"));
  } catch (error) {
    if (!existed && error instanceof Error && "code" in error && error.code === "ENOENT") return ok(null);
    return unreadable(`${fileName} cannot be read.`, error);
  } finally {
    await file?.close();
  }
}

function unreadable(sentence: string, cause?: unknown): Result<never> {
  return fail(
    "UNAVAILABLE",
    `missing_workflow_file: ${sentence}`,
    `Put a readable ${fileName} back, an empty one for the defaults; until then nothing new is started.`,
    cause,
  );
}
