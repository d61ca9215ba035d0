import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { itemTextLimit } from "../../contract/items.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Policy } from "../policy/policy.ts";
import type { Command, Confines, Network } from "../sandbox/confines.ts";
import type { Outcome } from "../sandbox/run-to-end.ts";
import type { Deck } from "./crew.ts";
import { transcriptOf } from "./transcript-of.ts";
import { workstreamEnv } from "./workstream-env.ts";
import { writableRoots } from "./writable.ts";

type HookName = "after_create" | "before_run" | "after_run" | "before_remove";

/** Runs one of the project's hooks in a worktree; what it printed becomes an item of the transcript. No script is success. */
export async function runProjectHook(
  deck: Deck,
  row: Workstream,
  name: HookName,
  script: string | null,
  /** What this hook is told beside what every one is. */
  env: Readonly<Record<string, string>> = {},
): Promise<Result<void>> {
  if (script === null || script.trim() === "") return ok(undefined);
  const { hooks, coxswain } = deck.policy(row);
  const unconfined = mayGoUnconfined(deck, row);
  const confinement = unconfined ? "none" : deck.sandbox.confinement;
  if (coxswain.confinement === "required" && confinement === "none") return unconfinable(deck, name);
  if (row.commandConfinement !== confinement) {
    const told = await deck.tell([{ type: "commands.confined", workstreamId: row.id, confinement }]);
    if (!told.ok) return told;
  }
  const startedAt = deck.clock.now();
  const network = unconfined ? "full" : networkOf(name, row, coxswain);
  const { command, confines } = await confine(deck, row, {
    script,
    env,
    network,
    fillsCaches: network === "full" || isFirstSetUp(name, row),
  });
  const outcome = await deck.sandbox.run({
    command,
    confines: unconfined ? "unconfined" : confines,
    timeoutMs: hooks.timeoutMs,
  });
  if (deck.closing()) return fail("CANCELLED", "The engine ends.", "Start it again: the hook is run anew.");
  await record(deck, row, { name, outcome, startedAt });
  return hasPassed(outcome) ? ok(undefined) : notPassed(name, network, outcome);
}

function hasPassed(outcome: Result<Outcome>): boolean {
  return outcome.ok && outcome.value.ended === "by itself" && outcome.value.exitCode === 0;
}

/** What the hook printed, or why it did not start, as an item of the transcript. */
async function record(
  deck: Deck,
  row: Workstream,
  ran: { readonly name: HookName; readonly outcome: Result<Outcome>; readonly startedAt: number },
): Promise<void> {
  const { name, outcome, startedAt } = ran;
  const transcript = await transcriptOf(deck, row.id);
  const now = deck.clock.now();
  await deck.tell(
    transcript.add(
      {
        kind: "command",
        command: `hooks.${name}`,
        folder: row.place.path,
        status: hasPassed(outcome) ? "completed" : "failed",
        output: outputOf(outcome).slice(-itemTextLimit),
        ...(outcome.ok && outcome.value.exitCode !== null ? { exitCode: outcome.value.exitCode } : {}),
        durationMs: now - startedAt,
      },
      { id: `hook:${name}:${deck.newId("i")}` },
      now,
    ),
  );
}

function outputOf(outcome: Result<Outcome>): string {
  return outcome.ok ? outcome.value.tail : outcome.error.message;
}

function notPassed(name: HookName, network: Network, outcome: Result<Outcome>): Result<never> {
  const why = outcome.ok && outcome.value.ended === "timed out" ? "took too long" : "failed";
  const offline = network === "none" ? " It had no network; coxswain.network: full gives it one." : "";
  return fail(
    "UNAVAILABLE",
    `The project's ${name} hook ${why}.`,
    `Read its output in the transcript, mend hooks.${name} in WORKFLOW.md, then retry the workstream.${offline}`,
    outputOf(outcome).slice(-500),
  );
}

/** A repository may ask for it; only the human can give it. */
function mayGoUnconfined(deck: Deck, row: Workstream): boolean {
  const asked = deck.policy(row).coxswain.confinement === "none";
  return asked && deck.state().projects[row.projectId]?.allowed?.includes("unconfined-commands") === true;
}

function unconfinable({ sandbox }: Deck, name: HookName): Result<never> {
  return fail(
    "UNAVAILABLE",
    `The project's ${name} hook was not run: WORKFLOW.md requires confinement, and nothing confines commands here.`,
    sandbox.lacks?.next ?? "Leave coxswain.confinement out of WORKFLOW.md, then retry the workstream.",
    sandbox.lacks?.message,
  );
}

function networkOf(name: HookName, row: Workstream, { network }: Policy["coxswain"]): Network {
  return network ?? (isFirstSetUp(name, row) ? "full" : "none");
}

/** It runs on what was committed before any author came; whatever runs later may run what an author wrote. */
function isFirstSetUp(name: HookName, { turns }: Workstream): boolean {
  return name === "after_create" && turns === 0;
}

/**
 * Its worktree, its scratch folder and the roots that a commit needs; the rest can only be read. So can the project's caches
 * be by what may be an author's: it would leave programs there for the next set-up, which has the network.
 */
async function confine(
  deck: Deck,
  row: Workstream,
  {
    script,
    env,
    network,
    fillsCaches,
  }: {
    readonly script: string;
    readonly env: Readonly<Record<string, string>>;
    readonly network: Network;
    readonly fillsCaches: boolean;
  },
): Promise<{ readonly command: Command; readonly confines: Confines }> {
  const project = deck.state().projects[row.projectId];
  const scratch = await deck.scratch(row.id);
  const [caches, roots] = await Promise.all([
    deck.caches(row.projectId, fillsCaches ? undefined : path.join(scratch, "caches")),
    // Where git cannot open a single branch, a hook can do all but commit.
    writableRoots(deck, row),
  ]);
  return {
    command: {
      file: "/bin/sh",
      args: ["-c", script],
      folder: row.place.path,
      env: {
        ...deck.env,
        ...(network === "full" ? deck.networkEnv : {}),
        ...caches.env,
        ...workstreamEnv(row),
        ...env,
        TMPDIR: scratch,
      },
    },
    confines: {
      worktree: row.place.path,
      writable: [scratch, ...(fillsCaches ? [caches.folder] : []), ...(roots.ok ? roots.value.writable : [])],
      readOnly: roots.ok ? roots.value.readOnly : [],
      readable: [
        ...(fillsCaches ? [] : [caches.folder]),
        ...(project === undefined ? [] : [project.root, project.gitDir]),
      ],
      network,
    },
  };
}
