import { askQuestion } from "./question-step.ts";
import { commitAll, floodOutput, runAsked, runCommand } from "./command-step.ts";
import { editFile, deleteFile, lieAbout } from "./edit-step.ts";
import { callVerb, say, showPlan, think } from "./plain-steps.ts";
import { fillIn, type Step } from "./scenario.ts";
import { untilAborted, type Stage, type TurnEnd } from "./stage.ts";
import type { Cursor } from "./thread-store.ts";

/** What one turn plays. */
export interface Script {
  /** Names the list in what is remembered of crashes. */
  readonly name: string;
  readonly steps: readonly Step[];
  /** Where to begin; empty is the beginning. */
  readonly from: Cursor;
  readonly onSteer: readonly Step[];
  /** Keeps how far it came. */
  save(at: Cursor): Promise<void>;
}

/** One run of a list of steps: where its first step lies, and what is shared with the lists around it. */
interface Run {
  readonly script: Script;
  readonly stage: Stage;
  /** The last place that was saved. */
  reached: Cursor;
  /** Steers are taken up between the scenario's own steps, not inside the answer to another steer. */
  readonly answersSteers: boolean;
}

const interrupted: TurnEnd = { status: "interrupted" };

/** Plays a script to its end, its failure, or the interrupt. Steps that were played before are not played again. */
export async function playTurn(script: Script, stage: Stage): Promise<TurnEnd> {
  const run: Run = { script, stage, reached: script.from, answersSteers: true };
  const end = (await takeSteers(run)) ?? (await playList(run, script.steps, [], script.from));
  return end ?? { status: "completed" };
}

/**
 * Plays `steps`, whose place is `place`, from where `from` points inside them. A step that was interrupted counts as
 * played (the human did not want it), unless it is one that waits for the human; one that the end of the program cut short
 * is played again.
 */
async function playList(run: Run, steps: readonly Step[], place: Cursor, from: Cursor): Promise<TurnEnd | undefined> {
  const [first = 0, ...inside] = from;
  for (let index = Number(first); index < steps.length; index += 1) {
    const step = steps[index];
    if (step === undefined) break;
    const at = [...place, index];
    const end = await playStep(run, step, at, index === first ? inside : []);
    const counts = end === undefined ? !isUnanswered(run, step, at) : !liesInside(run.reached, at);
    if (counts) await save(run, [...place, index + 1]);
    if (end !== undefined) return end;
    if (run.stage.signal.aborted) return interrupted;
    const steered = await takeSteers(run);
    if (steered !== undefined) return steered;
  }
  return undefined;
}

/** What the human was asked and never answered is asked again. */
function isUnanswered({ stage, reached }: Run, step: Step, at: Cursor): boolean {
  return stage.signal.aborted && (step.kind === "ask" || step.kind === "approve") && !liesInside(reached, at);
}

async function save(run: Run, at: Cursor): Promise<void> {
  run.reached = at;
  await run.script.save(at);
}

function liesInside(cursor: Cursor, outer: Cursor): boolean {
  return cursor.length > outer.length && outer.every((part, index) => part === cursor[index]);
}

async function takeSteers(run: Run): Promise<TurnEnd | undefined> {
  if (!run.answersSteers) return undefined;
  let words = run.stage.nextSteer();
  while (words !== undefined) {
    const steps = run.script.onSteer.length > 0 ? run.script.onSteer : steerAnswer;
    const script: Script = { ...run.script, name: `${run.script.name}/on_steer`, async save() {} };
    const inner: Run = { script, stage: run.stage, reached: [], answersSteers: false };
    const end = await playList(inner, fillIn(steps, { steer: words }), [], []);
    await run.stage.steered();
    if (end !== undefined) return end;
    words = run.stage.nextSteer();
  }
  return run.stage.signal.aborted ? interrupted : undefined;
}

const steerAnswer: readonly Step[] = [{ kind: "say", body: "Understood: {{steer}}" }];

async function playStep(run: Run, step: Step, at: Cursor, inside: Cursor): Promise<TurnEnd | undefined> {
  const { stage } = run;
  switch (step.kind) {
    case "say":
      return say(stage, step.body);
    case "think":
      return think(stage, step.body);
    case "plan":
      return showPlan(stage, step.body);
    case "edit":
      return editFile(stage, step.body);
    case "delete":
      return deleteFile(stage, step.body);
    case "lie":
      return lieAbout(stage, step.body.path);
    case "run":
      return runCommand(stage, step.body);
    case "commit":
      return commitAll(stage, step.body);
    case "flood":
      return floodOutput(stage, step.body.bytes);
    case "tool":
      return callVerb(stage, step.body);
    case "usage":
      await stage.addUsage(step.body);
      return undefined;
    case "wait":
      await stage.sleep(step.body.ms);
      return undefined;
    case "hang":
      await untilAborted(stage.signal);
      return undefined;
    case "refuse_end":
      stage.refuseToEnd();
      return new Promise(() => {});
    case "crash":
      await stage.crashOnce([run.script.name, ...at].join("/"));
      return undefined;
    case "fail":
      return { status: "failed", error: step.body };
    case "repeat":
      return playRounds(run, step.body, at, inside);
    case "approve":
      return playBranch(run, at, inside, { on_accept: step.body.on_accept, on_decline: step.body.on_decline }, () =>
        runAsked(stage, step.body.command, step.body.reason),
      );
    case "ask":
      return playBranch(run, at, inside, step.body.on, () => askQuestion(stage, step.body));
  }
}

async function playRounds(
  run: Run,
  body: { times: number; steps: readonly Step[] },
  at: Cursor,
  inside: Cursor,
): Promise<TurnEnd | undefined> {
  const [first = 0, ...rest] = inside;
  for (let round = Number(first); round < body.times; round += 1) {
    const steps = fillIn(body.steps, { n: String(round + 1) });
    const end = await playList(run, steps, [...at, round], round === first ? rest : []);
    if (end !== undefined) return end;
  }
  return undefined;
}

/** What a step with branches came to: a branch's name, no branch, or the end of the turn. */
export type Chosen = { readonly branch: string | undefined } | { readonly end: TurnEnd };

/** Plays a step that decides for a branch, or goes on in the branch that was decided for before. */
async function playBranch(
  run: Run,
  at: Cursor,
  inside: Cursor,
  branches: Readonly<Record<string, readonly Step[]>>,
  decide: () => Promise<Chosen>,
): Promise<TurnEnd | undefined> {
  const [before, ...rest] = inside;
  if (typeof before === "string") return playList(run, branches[before] ?? [], [...at, before], rest);
  const chosen = await decide();
  if ("end" in chosen) return chosen.end;
  if (run.stage.signal.aborted || chosen.branch === undefined) return undefined;
  const place = [...at, chosen.branch];
  await save(run, [...place, 0]);
  return playList(run, Object.hasOwn(branches, chosen.branch) ? (branches[chosen.branch] ?? []) : [], place, []);
}
