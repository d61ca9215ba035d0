import { ok, problem, type Problem, type Result } from "../../../contract/errors.ts";
import type { Event } from "../../../contract/events.ts";
import type { WorkstreamId } from "../../../contract/ids.ts";
import type { Workstream } from "../../../contract/states.ts";
import type { Agent, Confinement, PastTurn, Thread, ThreadOptions } from "../../agents/agent.ts";
import { clearLocks } from "../clear-locks.ts";
import type { Deck } from "../crew.ts";
import { interrupted, withdrawRequests } from "../end-turn.ts";
import { runProjectHook } from "../hooks.ts";
import { transcriptOf } from "../transcript-of.ts";
import { withinTime } from "../within-time.ts";
import { workstreamEnv } from "../workstream-env.ts";
import { writableRoots } from "../writable.ts";

/**
 * Opens a thread, or takes up the known one and brings the row into line with what the agent remembers of the last turn.
 * A thread the agent no longer has is replaced by a new one: the worktree, not the thread, holds the work.
 */
export async function open(deck: Deck, row: Workstream): Promise<Result<void>> {
  const agent = deck.agent(row.agent);
  if (!agent.ok) return agent;
  // A thread is taken up again because its process is gone, and with it every git it ran.
  if (row.threadId !== undefined) await clearLocks(deck, row);
  const hook = await runProjectHook(deck, row, "before_run", deck.policy(row).hooks.beforeRun);
  if (!hook.ok) return hook;
  const options = await withinTime(deck.clock, openLimit, threadOptions(deck, row), "The doors did not open in time.");
  if (!options.ok) return options;
  await transcriptOf(deck, row.id);
  const opened = await withinTime(
    deck.clock,
    openLimit,
    openOrResume(agent.value, row, options.value),
    `The agent ${row.agent} did not open a thread in time.`,
    (late) => deck.follow(late.close()),
  );
  return opened.ok ? takeUp(deck, row.id, opened.value, options.value.confinement.mode) : opened;
}

/** How long an agent, or a door to the engine, may take to open, in milliseconds; an agent's own limits are shorter. */
const openLimit = 120_000;

async function takeUp(
  deck: Deck,
  id: WorkstreamId,
  thread: Thread,
  confinement: Confinement["mode"],
): Promise<Result<void>> {
  // Opening took a while: what the human asked for meanwhile counts.
  const row = deck.row(id);
  if (row === undefined || deck.closing()) {
    await thread.close();
    return ok(undefined);
  }
  const told = await deck.tell([
    { type: "thread.opened", workstreamId: id, threadId: thread.id, confinement },
    ...reconcile(deck, row, thread.history),
  ]);
  if (!told.ok || deck.closing()) {
    await thread.close();
    return told;
  }
  const crew = deck.crew(id);
  crew.thread = thread;
  crew.ending = undefined;
  crew.heardAt = deck.clock.awake();
  crew.tokensBase = undefined;
  deck.listen(id, thread);
  return ok(undefined);
}

async function openOrResume(agent: Agent, row: Workstream, options: ThreadOptions): Promise<Result<Thread>> {
  if (row.threadId === undefined) return agent.open(options);
  const resumed = await agent.resume(row.threadId, options);
  return !resumed.ok && resumed.error.code === "NOT_FOUND" ? agent.open(options) : resumed;
}

async function threadOptions(deck: Deck, row: Workstream): Promise<Result<ThreadOptions>> {
  const doors = await deck.openDoors(row.id);
  if (!doors.ok) return doors;
  const crew = deck.crew(row.id);
  crew.secret = doors.value.env["COXSWAIN_CAPABILITY"];
  crew.shutDoors = doors.value.shut;
  crew.hidden = await deck.hidden();
  const scratch = await deck.scratch(row.id);
  const confinement = await confine(deck, row, scratch);
  if (!confinement.ok) return confinement;
  const approvals = deck.policy(row).codex.approvalPolicy;
  return ok({
    folder: row.place.path,
    ...(row.model === undefined ? {} : { model: row.model }),
    tools: { url: doors.value.url },
    confinement: confinement.value,
    approvals: approvals === "never" || approvals === "untrusted" ? approvals : "on-request",
    env: { ...deck.env, ...gitEnv(deck, row), ...workstreamEnv(row), TMPDIR: scratch, ...doors.value.env },
  });
}

/** An author's git never packs what others use, never signs (the key is the human's, and out of its reach), and has a name to commit under where the human gave it none. */
function gitEnv(deck: Deck, row: Workstream): Record<string, string> {
  const quiet = {
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: "gc.auto",
    GIT_CONFIG_VALUE_0: "0",
    GIT_CONFIG_KEY_1: "commit.gpgSign",
    GIT_CONFIG_VALUE_1: "false",
  };
  if (deck.state().projects[row.projectId]?.identity !== false) return quiet;
  const name = { GIT_AUTHOR_NAME: "Coxswain author", GIT_COMMITTER_NAME: "Coxswain author" };
  return {
    ...quiet,
    ...name,
    GIT_AUTHOR_EMAIL: "author@coxswain.invalid",
    GIT_COMMITTER_EMAIL: "author@coxswain.invalid",
  };
}

async function confine(deck: Deck, row: Workstream, scratch: string): Promise<Result<Confinement>> {
  const agent = deck.agent(row.agent);
  if (!agent.ok) return agent;
  if (!agent.value.capabilities.confinement || mayGoUnconfined(deck, row)) return ok({ mode: "none" });
  const roots = await writableRoots(deck, row);
  if (!roots.ok) return roots;
  await seal(deck, row);
  return ok({
    mode: "workspace-write",
    writable: [...roots.value.writable, scratch],
    readOnly: roots.value.readOnly,
    hidden: deck.crew(row.id).hidden,
  });
}

/**
 * Has what others have committed so far lie where this author cannot change it. Without it, the author is no freer than
 * before, so a failure holds nobody up.
 */
async function seal(deck: Deck, row: Workstream): Promise<void> {
  const project = deck.state().projects[row.projectId];
  if (project === undefined) return;
  const sealed = await deck.git.sealLoose({ path: project.root, gitDir: project.gitDir });
  if (!sealed.ok) deck.log(`Loose objects of ${project.name} could not be sealed.`, sealed.error);
}

/** A repository may ask for it; only the human can give it. */
function mayGoUnconfined(deck: Deck, row: Workstream): boolean {
  const asked = deck.policy(row).codex.threadSandbox === "danger-full-access";
  return asked && deck.state().projects[row.projectId]?.allowed?.includes("no-confinement") === true;
}

const cut: Problem = problem(
  "UNAVAILABLE",
  "The agent ended in the middle of the turn.",
  "Nothing: the workstream goes on from where the worktree stands.",
);

/**
 * The last recorded turn against what the agent remembers. Running without us, it was cut. Never arrived, it stays
 * `sending` and is sent again under the same id. Steers that arrived are not sent twice.
 */
function reconcile(deck: Deck, row: Workstream, history: readonly PastTurn[]): Event[] {
  const arrived = new Set(history.flatMap((turn) => turn.clientIds));
  const { turn } = row;
  const delivered = Object.values(deck.state().words)
    .filter((words) => words.workstreamId === row.id && arrived.has(words.id))
    .map((words): Event => ({
      type: "words.delivered",
      workstreamId: row.id,
      wordsId: words.id,
      turnId: turn?.id ?? words.id,
    }));
  const gone = withdrawRequests(deck, row, "The agent was restarted; it asks again if it still needs to.");
  const settled: Event[] =
    row.intent === undefined ? [] : [{ type: "step.settled", workstreamId: row.id, key: row.intent.key }];
  if (turn === undefined || (turn.status !== "sending" && turn.status !== "running"))
    return [...delivered, ...gone, ...settled];
  const past = history.find((candidate) => candidate.clientIds.includes(turn.id));
  if (past === undefined && turn.status === "sending" && row.intent?.step !== "interrupt")
    return [...delivered, ...gone];
  const outcome = past === undefined || past.status === "running" ? "interrupted" : past.status;
  const ended: Event = {
    type: "turn.ended",
    workstreamId: row.id,
    turnId: turn.id,
    outcome,
    ...(outcome === "completed" ? {} : { problem: row.intent?.step === "interrupt" ? interrupted : cut }),
  };
  const left = deck.crew(row.id).transcript?.endTurn(deck.clock.now()) ?? [];
  return [...delivered, ...gone, ...left, ended, ...settled];
}
