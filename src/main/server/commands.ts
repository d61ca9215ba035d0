import { fail, ProblemError, problemOf, unwrap, type Result } from "../../contract/errors.ts";
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

/** How many keyed commands are remembered with their whole answer. */
const maxRemembered = 1_000;
/** How much of what was asked is kept with its record, in characters. */
const maxInput = 8_000;

interface Remembered {
  readonly asked: string;
  readonly answer: Promise<Result<unknown>>;
}

/** Carries out commands: each is on record before it has an effect, and one with a key seen before has none. */
export function createCommands({ storage, journal, clock, newId, onFault }: CommandsDeps) {
  const remembered = new Map<string, Remembered>();

  /**
   * The command's value. Throws a `ProblemError` for an expected failure. `again` is the answer to one that an earlier
   * engine carried out, where it can be told without having it.
   */
  async function carryOut<T>(
    call: CommandCall,
    run: (by: By) => Promise<Result<T>>,
    again: () => Result<T> = answerGone,
  ): Promise<T> {
    const { key } = detailsOf(call.input);
    if (key === undefined) return unwrap(await recordAndRun(call, run, again));
    const asked = `${call.path.join(".")} ${inputText(call.input)}`;
    const place = JSON.stringify([call.context.principal, key]);
    const earlier = remembered.get(place);
    if (earlier !== undefined) {
      if (earlier.asked !== asked) return unwrap(keyTaken());
      // The same key and the same words: the answer has the type that this run would have given.
      return unwrap((await earlier.answer) as Result<T>);
    }
    const answer = recordAndRun(call, run, again);
    remember(place, { asked, answer });
    return unwrap(await answer);
  }

  function remember(place: string, entry: Remembered): void {
    remembered.set(place, entry);
    const oldest = remembered.keys().next();
    if (remembered.size > maxRemembered && oldest.done !== true) remembered.delete(oldest.value);
  }

  async function recordAndRun<T>(
    call: CommandCall,
    run: (by: By) => Promise<Result<T>>,
    again: () => Result<T>,
  ): Promise<Result<T>> {
    const inTheWay = journal.trouble();
    if (inTheWay !== undefined) return { ok: false, error: inTheWay };
    const record = recordOf(call);
    const recorded = await storage.recordCommand(record);
    if (!recorded.ok) return recorded;
    if (recorded.value.id !== record.id) return replay(recorded.value, record, again);
    const answer = await settle(record.name, () => run({ actor: record.actor, cause: record.id }));
    // The command has had its effect: a record that cannot be completed does not undo it.
    await storage.recordCommand({ ...record, outcome: answer.ok ? "ok" : answer.error.code });
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
      input: inputText(input),
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

/** What can still be said of a command that an earlier engine carried out. */
function replay<T>(first: CommandRecord, repeated: CommandRecord, again: () => Result<T>): Result<T> {
  if (first.name !== repeated.name || first.input !== repeated.input) return keyTaken();
  if (first.outcome === "ok") return again();
  if (first.outcome === undefined) {
    return fail(
      "CONFLICT",
      "This command was begun before and its end is not known.",
      "Look at what it was about (`cox list`, `cox show`); if it is still wanted, ask again with a new commandKey.",
    );
  }
  return fail(
    "CONFLICT",
    `This command was carried out before and failed with ${first.outcome}.`,
    "Ask again with a new commandKey.",
  );
}

function answerGone(): Result<never> {
  return fail(
    "CONFLICT",
    "This command was carried out before the engine was started again; its answer is gone.",
    "Look at what it brought about with `cox list`.",
  );
}

function keyTaken(): Result<never> {
  return fail("CONFLICT", "This commandKey belongs to another command.", "Make a new commandKey for each command.");
}
