import { z } from "zod";
import { fail, ProblemError, problemOf, problemSchema, unwrap, type Result } from "../../contract/errors.ts";
import type { CallContext } from "./access.ts";
import type { By, CommandRecord, Journal, Storage } from "./parts.ts";

export interface CommandCall {
  readonly context: CallContext;
  readonly path: readonly string[];
  /** Parsed. */
  readonly input: object;
}

export interface CommandsDeps {
  readonly storage: Pick<Storage, "recordCommand">;
  /** In trouble while nothing can be stored: then nothing is accepted. */
  readonly journal: Pick<Journal, "trouble">;
  readonly clock: () => number;
  readonly newId: (prefix: "c") => string;
  /** Told what nobody foresaw. */
  readonly onFault: (name: string, thrown: unknown) => void;
}

/** How much of what was asked is kept with its record, in characters. */
const maxInput = 8_000;
/** What could be a capability: an author may write its own into a note, and no secret is to be on record. */
const tokens = /(?<![\w-])[\w-]{43}(?![\w-])/g;
/** How much of an answer is kept for repetitions, in bytes; of a longer one only that it was given. */
const maxAnswer = 65_536;

/** An answer as it is kept: a result whose value fitted the contract when it was given. */
const answerSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown().optional() }),
  z.object({ ok: z.literal(false), error: problemSchema }),
]);

interface UnderWay {
  readonly asked: string;
  readonly answer: Promise<Result<unknown>>;
}

/**
 * Carries out commands: each is on record before it has an effect, and one with a key seen before has none. What it was
 * answered is on record too, so that a repetition is answered the same, by a later engine as well.
 */
export function createCommands({ storage, journal, clock, newId, onFault }: CommandsDeps) {
  const underWay = new Map<string, UnderWay>();

  /** The command's value. Throws a `ProblemError` for an expected failure. */
  async function carryOut<T>(call: CommandCall, run: (by: By) => Promise<Result<T>>): Promise<T> {
    const { key } = detailsOf(call.input);
    if (key === undefined) return unwrap(await recordAndRun(call, run));
    const asked = `${call.path.join(".")} ${inputText(call.input)}`;
    const place = JSON.stringify([call.context.principal, key]);
    const earlier = underWay.get(place);
    if (earlier !== undefined) {
      if (earlier.asked !== asked) return unwrap(keyTaken());
      // The same key and the same words: the answer has the type that this run would have given.
      return unwrap((await earlier.answer) as Result<T>);
    }
    const answer = recordAndRun(call, run);
    underWay.set(place, { asked, answer });
    try {
      return unwrap(await answer);
    } finally {
      underWay.delete(place);
    }
  }

  async function recordAndRun<T>(call: CommandCall, run: (by: By) => Promise<Result<T>>): Promise<Result<T>> {
    const inTheWay = journal.trouble();
    if (inTheWay !== undefined) return { ok: false, error: inTheWay };
    const record = recordOf(call);
    const recorded = await storage.recordCommand(record);
    if (!recorded.ok) return recorded;
    const first = recorded.value;
    if (first.id === record.id) return runRecorded(record, run);
    if (first.name !== record.name || first.input !== record.input) return keyTaken();
    // What would have come of it is not there, so the engine that was asked died before it did anything.
    if (first.outcome === undefined && first.caused !== true) return runRecorded(first, run);
    return replay(first);
  }

  async function runRecorded<T>(record: CommandRecord, run: (by: By) => Promise<Result<T>>): Promise<Result<T>> {
    const answer = await settle(record.name, () => run({ actor: record.actor, cause: record.id }));
    // The command has had its effect: a record that cannot be completed does not undo it.
    await storage.recordCommand({
      ...record,
      outcome: answer.ok ? "ok" : answer.error.code,
      ...(record.key === undefined ? {} : keptAnswer(answer)),
    });
    return answer;
  }

  async function settle<T>(name: string, run: () => Promise<Result<T>>): Promise<Result<T>> {
    try {
      return await run();
    } catch (thrown) {
      const told = problemOf(thrown);
      if (!(thrown instanceof ProblemError)) onFault(name, thrown);
      return { ok: false, error: told };
    }
  }

  function recordOf({ context, path, input }: CommandCall): CommandRecord {
    return {
      id: newId("c"),
      at: clock(),
      name: path.join("."),
      actor: context.principal,
      surface: context.surface,
      ...detailsOf(input),
      input: context.principal.kind === "human" ? inputText(input) : inputText(input).replace(tokens, "[capability]"),
    };
  }

  return { carryOut };
}

function detailsOf(input: object): Pick<CommandRecord, "workstreamId" | "focusedMs" | "key"> {
  return {
    ...("workstreamId" in input && typeof input.workstreamId === "string" ? { workstreamId: input.workstreamId } : {}),
    ...("focusedMs" in input && typeof input.focusedMs === "number" ? { focusedMs: input.focusedMs } : {}),
    ...("commandKey" in input && typeof input.commandKey === "string" ? { key: input.commandKey } : {}),
  };
}

function inputText(input: object): string {
  return JSON.stringify({ ...input, focusedMs: undefined, commandKey: undefined }).slice(0, maxInput);
}

function keptAnswer(answer: Result<unknown>): Pick<CommandRecord, "answer"> {
  const text = JSON.stringify(answer);
  return Buffer.byteLength(text) <= maxAnswer ? { answer: text } : {};
}

/** What was answered to a command that ended, or what can be said of one that did not. */
function replay<T>(first: CommandRecord): Result<T> {
  if (first.outcome === undefined) {
    return fail(
      "CONFLICT",
      "This command was begun before the engine ended, and may have been carried out in part or in full.",
      "Look at what it was about (`cox list`, `cox show`); if it is still wanted, ask again with a new commandKey.",
    );
  }
  const kept = answerSchema.safeParse(first.answer === undefined ? undefined : JSON.parse(first.answer));
  // The same key and the same words: a kept answer has the type that this run would have given.
  if (kept.success) return kept.data as Result<T>;
  const how = first.outcome === "ok" ? "was carried out" : `failed with ${first.outcome}`;
  return fail(
    "CONFLICT",
    `This command ${how} before; its answer is not kept.`,
    "Look at what it brought about with `cox list`.",
  );
}

function keyTaken(): Result<never> {
  return fail("CONFLICT", "This commandKey belongs to another command.", "Make a new commandKey for each command.");
}
