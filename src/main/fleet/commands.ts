import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Event } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { requestBodySchema, type Decision, type Request, holdsTurn } from "../../contract/requests.ts";
import type { Gate, Project, Words, Workstream } from "../../contract/states.ts";
import type { By } from "../storage/journal.ts";
import { createChanges, diffFile } from "./changes.ts";
import { checkoutOf } from "./checkout.ts";
import type { Deck } from "./crew.ts";
import { exhaustedBudget, requestsOf } from "./facts.ts";
import type { Fleet } from "./fleet.ts";
import { choiceOpened, createAttemptCommands } from "./attempt-commands.ts";
import { createAdoptionCommands } from "./adoption-commands.ts";
import { createAttentionCommands } from "./attention-commands.ts";
import { createClearingCommands } from "./clearing-commands.ts";
import { createProjectCommands } from "./project-commands.ts";
import { nothingAtTerminals } from "./leave-terminals.ts";
import { keepPace } from "./pace.ts";
import { bringBack, dropWords, putAway } from "./put-away.ts";
import { createStart } from "./start.ts";
import { transcriptOf } from "./transcript-of.ts";
import { valueWithoutSecret, withoutSecret } from "./without-secret.ts";
import { createWordCommands } from "./word-commands.ts";
import { answerWords, decisionWords, goOn, refusalWords } from "./words.ts";

type Commands = Omit<Fleet, "onDelta" | "close">;
/** How often an author may speak to the human by itself: it costs them seconds each time. */
const mostAsksPerMinute = 5;
const mostNotesPerMinute = 20;
/** How many words may wait for one author. */
const mostWords = 100;

type Plan = (row: Workstream) => Result<readonly Event[]>;

/** What may be asked of the fleet. Each command records what was asked and returns; the steps that follow carry it out. */
export function createCommands(
  deck: Deck,
  openRooms: (project: Project) => Promise<Result<void>>,
  closeRooms: (projectId: string) => void,
): Commands {
  /** Checks that a workstream may be acted on, records, and has it looked at. */
  function on(id: WorkstreamId, by: By, plan: Plan): Promise<Result<void>> {
    return onAny(id, by, (row) => {
      if (row.frozen === undefined) return plan(row);
      return fail(
        "FROZEN",
        `${row.name} is frozen: ${row.frozen}`,
        "`cox retry` takes it up again once that is mended.",
      );
    });
  }

  /** The same for frozen workstreams. */
  async function onAny(id: WorkstreamId, by: By, plan: Plan): Promise<Result<void>> {
    const row = deck.row(id);
    if (row === undefined) return missing(id);
    const events = plan(row);
    if (!events.ok) return events;
    const told = await deck.tell(events.value, by);
    deck.poke(id);
    return told;
  }

  return {
    ...createProjectCommands(deck, openRooms, closeRooms),
    ...createClearingCommands(deck),
    ...createAdoptionCommands(deck),
    ...createAttemptCommands(deck),
    ...createAttentionCommands(deck),
    ...createWordCommands(deck),
    start: createStart(deck),

    async steer(id, text, when, by, along) {
      const wordsId = deck.newId("m");
      const steered = await on(id, by, (row) => {
        const away = refuseAway(row);
        if (!away.ok) return away;
        const spent = refuseSpent(deck, row);
        if (!spent.ok) return spent;
        if (Object.values(deck.state().words).filter((words) => words.workstreamId === id).length >= mostWords) {
          return fail("TOO_MANY", `${mostWords} words wait for ${row.name} already.`, "Wait until it has read them.");
        }
        const words = wordsOf(wordsId, row, text, when, "human", by, deck.clock.now());
        return ok([{ type: "words.accepted", words }, ...(along?.(wordsId) ?? []), ...wake(row), ...hurry(row)]);
      });
      return steered.ok ? ok({ wordsId }) : steered;
    },

    async answer(id, requestId, decision, by) {
      const request = deck.state().requests[requestId];
      if (request?.workstreamId !== id) return noRequest();
      const fits = checkDecision(request, decision);
      if (!fits.ok) return fits;
      const crew = deck.crew(id);
      const now = deck.clock.now();
      const transcript = await transcriptOf(deck, id);
      const told = await on(id, by, (row) => {
        // Somebody else may have been faster.
        if (deck.state().requests[requestId] === undefined) return noRequest();
        const events: Event[] = [{ type: "request.answered", workstreamId: id, requestId, decision }];
        if (holdsTurn(request)) {
          const place = { id: `${request.turnId}:${requestId}`, turnId: request.turnId };
          events.push(
            ...transcript.add(
              { kind: "words", from: "human", text: decisionWords(request.body, decision) },
              place,
              now,
            ),
          );
        }
        const words = wordsAfter(request, decision);
        if (words !== undefined) {
          events.push({
            type: "words.accepted",
            words: wordsOf(deck.newId("m"), row, words, "now", "answer", by, now),
          });
        }
        return ok([...events, ...hurry(row)]);
      });
      // Whoever is told of the answer may rely on it: it is stored by now.
      if (told.ok && holdsTurn(request)) crew.answers.push({ requestId, decision });
      deck.poke(id);
      return told;
    },

    interrupt: (id, by) =>
      on(id, by, (row) => {
        const { turn } = row;
        if (turn?.status !== "running" && turn?.status !== "sending") {
          return fail("CONFLICT", `${row.name} has no turn running.`, "Steer it to open one.");
        }
        const intent = { key: deck.newId("i"), step: "interrupt" as const, at: deck.clock.now() };
        return ok([{ type: "step.intended", workstreamId: id, intent }]);
      }),

    stop: (id, reason, by) =>
      onAny(id, by, (row) => {
        const away = refuseAway(row);
        if (!away.ok) return away;
        return ok([
          { type: "workstream.moved", workstreamId: id, phase: "stopped", ...(reason === undefined ? {} : { reason }) },
          ...dropWords(deck, id, "The workstream was stopped."),
        ]);
      }),

    retry: (id, by) =>
      onAny(id, by, (row) => {
        const thawed = thaw(row);
        if (thawed !== undefined) return ok([thawed]);
        const away = refuseAway(row);
        if (!away.ok) return away;
        const spent = refuseSpent(deck, row);
        if (!spent.ok) return spent;
        const busy = row.turn?.status === "running" || row.turn?.status === "sending";
        if (busy && row.frozen === undefined) {
          return fail("CONFLICT", `${row.name} is at work.`, "Steer it, or stop it first.");
        }
        const events: Event[] = [{ type: "retry.scheduled", workstreamId: id, failures: 0 }, ...wake(row)];
        if (row.turns > 0) {
          const words = wordsOf(deck.newId("m"), row, goOn, "next", "retry", by, deck.clock.now());
          events.push({ type: "words.accepted", words });
        }
        return ok(events);
      }),

    waive: (id, { gate, digest, why }, by) =>
      on(id, by, (row) => {
        const judged = row.gates[gate];
        if (judged?.verdict !== "pending" && judged?.verdict !== "failed") {
          return fail("CONFLICT", `The gate ${gate} of ${row.name} does not hold it up.`, "`cox show` says what does.");
        }
        if (judged.digest !== digest) {
          return fail("CONFLICT", `${row.name} was judged anew since.`, "Look at what it changes now: `cox diff`.");
        }
        const result: Gate = { ...judged, verdict: "waived", at: deck.clock.now() };
        const said = why === undefined ? {} : { why };
        return ok([{ type: "gate.judged", workstreamId: id, gate, result: { ...result, ...said } }]);
      }),

    async archive(id, by) {
      const known = deck.row(id);
      const free = known === undefined ? ok(undefined) : await nothingAtTerminals(deck, known);
      if (!free.ok) return free;
      return onAny(id, by, (row) => {
        const away = row.phase === "deleting" || isBeingPaused(row) ? refuseAway(row) : ok(undefined);
        if (!away.ok) return away;
        return ok(putAway(deck, id));
      });
    },

    unarchive: (id, by) =>
      onAny(id, by, (row) => {
        const back = bringBack(deck, row);
        return back.ok ? ok([...back.value, ...choiceOpened(deck, id)]) : back;
      }),

    setBudget: (id, budget, by) => on(id, by, () => ok([{ type: "budget.set", workstreamId: id, budget }])),

    async ask(id, questions, by) {
      const requestId = deck.newId("r");
      const asked = await on(id, by, (row) => {
        if (row.turn === undefined) return fail("CONFLICT", "No turn is running.", "Ask while you work.");
        if (requestsOf(deck.state(), id).length >= 20) {
          return fail("TOO_MANY", "Twenty questions are waiting already.", "Wait for their answers.");
        }
        const crew = deck.crew(id);
        const paced = keepPace(by, crew.asked, deck.clock.now(), { most: mostAsksPerMinute, what: "questions" });
        if (!paced.ok) return paced;
        const asks = { kind: "question" as const, questions, waits: false };
        const body = valueWithoutSecret(requestBodySchema, asks, crew.secret);
        return ok([
          {
            type: "request.raised",
            request: { id: requestId, workstreamId: id, turnId: row.turn.id, at: deck.clock.now(), body },
          },
        ]);
      });
      return asked.ok ? ok({ requestId }) : asked;
    },

    async note(id, text, by) {
      if (deck.row(id) === undefined) return missing(id);
      const transcript = await transcriptOf(deck, id);
      const at = deck.clock.now();
      const crew = deck.crew(id);
      return on(id, by, () => {
        const paced = keepPace(by, crew.noted, at, { most: mostNotesPerMinute, what: "notes" });
        if (!paced.ok) return paced;
        const kept = withoutSecret(text, crew.secret);
        return ok([
          { type: "note.recorded", workstreamId: id, at, text: kept },
          ...transcript.add({ kind: "notice", level: "info", text: `Note: ${kept}` }, { id: deck.newId("i") }, at),
        ]);
      });
    },

    setPlan: (id, steps, by) =>
      on(id, by, () => {
        const kept = steps.map((step) => ({ ...step, text: withoutSecret(step.text, deck.crew(id).secret) }));
        return ok([{ type: "plan.updated", workstreamId: id, steps: kept }]);
      }),

    ...createChanges(deck),

    async diff(id, { patch: wanted }) {
      const row = deck.row(id);
      if (row === undefined) return missing(id);
      const at = checkoutOf(row);
      if (!at.ok) return at;
      const told = await deck.git.diff(at.value, {
        base: row.place.commit ?? row.place.base,
        ...(wanted ? {} : { maxPatchBytes: 0 }),
      });
      if (!told.ok) return told;
      const { since, files, patch, patchTruncated } = told.value;
      return ok({
        base: since,
        head: row.diff?.head ?? since,
        files: files.map(diffFile),
        patch,
        truncated: wanted && patchTruncated,
      });
    },
  };
}

function missing(id: WorkstreamId): Result<never> {
  return fail("NOT_FOUND", `There is no workstream ${id}.`, "`cox list` shows those there are.");
}

function noRequest(): Result<never> {
  return fail("NOT_FOUND", "This request is no longer waiting.", "`cox show` lists what is.");
}

function refuseAway(row: Workstream): Result<void> {
  const { name, phase } = row;
  if (phase === "archived" || phase === "landed")
    return fail("CONFLICT", `${name} is ${phase}.`, "Start another attempt at its ticket.");
  if (phase === "deleting") return fail("CONFLICT", `${name} is being deleted.`, "`cox restore` brings its work back.");
  return isBeingPaused(row)
    ? fail("CONFLICT", `${name} is giving up its folder.`, "Try again in a moment.")
    : ok(undefined);
}

function isBeingPaused({ phase, place }: Workstream): boolean {
  return phase === "paused" && place.gitDir !== undefined;
}

/** Words cannot move what has nothing left to spend. */
function refuseSpent(deck: Deck, row: Workstream): Result<void> {
  const spent = exhaustedBudget(deck.state(), row, deck.policy(row));
  if (spent === undefined) return ok(undefined);
  return fail("CONFLICT", spent, `Raise it: \`cox budget ${row.number} --tokens N\` (or --minutes, --money).`);
}

/** A resting workstream that is spoken to gets up again. */
function wake(row: Workstream): Event[] {
  if (row.phase === "stopped" || row.phase === "failed" || row.phase === "paused" || row.frozen !== undefined) {
    return [{ type: "workstream.moved", workstreamId: row.id, phase: isSetUp(row) ? "working" : "queued" }];
  }
  return [];
}

/** What was frozen while its worktree was being taken away goes on with that: there is nothing else left to do with it. */
function thaw(row: Workstream): Event | undefined {
  const { id: workstreamId, phase, tombstone } = row;
  if (row.frozen === undefined) return undefined;
  if (phase === "deleting") {
    return { type: "workstream.condemned", workstreamId, confirmed: tombstone?.confirmed === true };
  }
  return isBeingPaused(row) ? { type: "workstream.moved", workstreamId, phase } : undefined;
}

function isSetUp({ place, setUpDue }: Workstream): boolean {
  return place.gitDir !== undefined && setUpDue !== true;
}

/** What waits for another try does not let the human wait. */
function hurry(row: Workstream): Event[] {
  return row.retryAt === undefined ? [] : [{ type: "retry.scheduled", workstreamId: row.id, failures: row.failures }];
}

function wordsOf(
  id: string,
  row: Workstream,
  text: string,
  when: Words["when"],
  cause: Words["cause"],
  by: By,
  at: number,
): Words {
  return { id, workstreamId: row.id, text, from: by.actor, when, cause, at };
}

/** Answers to approvals are offers; answers to questions name each question. */
function checkDecision({ body }: Request, decision: Decision): Result<void> {
  if (body.kind === "question") {
    if (decision.kind !== "answers") {
      return decision.kind === "decline"
        ? ok(undefined)
        : fail("BAD_REQUEST", "A question wants answers.", "Give `answers`, one list per question.");
    }
    const unanswered = body.questions.find((question) => decision.answers[question.id] === undefined);
    if (unanswered !== undefined) {
      return fail("BAD_REQUEST", `“${unanswered.text}” is not answered.`, "Give `answers`, one list per question.");
    }
    return ok(undefined);
  }
  if (decision.kind === "answers" || !body.offers.includes(decision.kind)) {
    return fail("BAD_REQUEST", "The agent does not take this answer.", `It takes: ${body.offers.join(", ")}.`);
  }
  return ok(undefined);
}

/** What the author is told beside the bare answer; undefined when the answer says it all. */
function wordsAfter({ body }: Request, decision: Decision): string | undefined {
  if (body.kind === "question") return body.waits ? undefined : answerWords(body.questions, decision);
  if (decision.kind !== "decline" || decision.reason === undefined || decision.reason.trim() === "") return undefined;
  return refusalWords(body, decision.reason);
}
