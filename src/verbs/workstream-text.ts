import { problem, ProblemError } from "../contract/errors.ts";
import { conflictInWords } from "../contract/forecast.ts";
import { workstreamIdSchema } from "../contract/ids.ts";
import type { Decision, Request } from "../contract/requests.ts";
import type { Workstream } from "../contract/states.ts";
import type { Budget } from "../contract/usage.ts";
import { age, ago, counted, oneLine, short } from "./answer.ts";

/** The workstream that a number, an id or the beginning of a name means. Throws a `ProblemError` when it is not exactly one. */
export function findWorkstream(workstreams: readonly Workstream[], named: string): Workstream {
  const exact = workstreams.find(
    ({ id, number, name }) => id === named || name === named || `${number}` === named.replace(/^#/, ""),
  );
  if (exact !== undefined) return exact;
  const likely = workstreams.filter(({ name }) => name.startsWith(named));
  const [only] = likely;
  if (only !== undefined && likely.length === 1) return only;
  if (likely.length > 1) {
    const names = likely.slice(0, 5).map(({ number, name }) => `#${number} ${name}`);
    throw new ProblemError(problem("CONFLICT", `"${named}" could be ${names.join(", ")}.`, "Name it by number."));
  }
  throw new ProblemError(problem("NOT_FOUND", `There is no workstream "${named}".`, "List them with `cox list`."));
}

export function looksLikeId(named: string): boolean {
  return workstreamIdSchema.safeParse(named).success;
}

export function diffText({ diff }: Workstream): string {
  return diff === undefined ? "" : `+${diff.added} −${diff.removed}`;
}

/**
 * One line: number, the project where it is told, name, phase, age of the last sign of life, size of the diff, and why it
 * waits or ended, or else what it last said.
 */
export function lineOf(workstream: Workstream, now: number, project?: string): string {
  const { number, name, phase, frozen, heardAt, reason, line } = workstream;
  const standing = frozen === undefined ? phase : "frozen";
  const words = oneLine(frozen ?? nextTry(workstream, now) ?? reason ?? line, 80);
  const columns = [`#${number}`, project ?? "", name, standing, age(heardAt, now), diffText(workstream), words];
  return columns.filter((column) => column !== "").join("  ");
}

/** When a failed turn is tried again, and what failed; undefined when no try is due. */
function nextTry({ phase, retryAt, turn }: Workstream, now: number): string | undefined {
  const waits = phase === "queued" || phase === "preparing" || phase === "working";
  if (!waits || retryAt === undefined || retryAt <= now) return undefined;
  const left = age(now, retryAt);
  const why = turn?.problem === undefined ? "" : `: ${turn.problem.message}`;
  return `tries again ${left === "now" ? left : `in ${left}`}${why}`;
}

/** What the workstream is, stands at, has spent and changed. */
export function statusLines(workstream: Workstream, now: number): string[] {
  const { number, name, ticket, phase, reason, frozen, place, turn, turns, diff, forecast, gates, line, lineAt } =
    workstream;
  return [
    `#${number} ${name}: ${oneLine(ticket.title, 120)}`,
    `${phase}${reason === undefined ? "" : `: ${reason}`}`,
    ...[nextTry(workstream, now)].filter((line) => line !== undefined),
    ...(frozen === undefined ? [] : [`frozen: ${frozen}`]),
    `branch ${place.branch} from ${place.base}, in ${place.path}`,
    `${counted(turns, "turn")}${turn === undefined ? "" : `, the last ${turn.status}`}; ${spentText(workstream)}`,
    ...(diff === undefined
      ? []
      : [
          `${counted(diff.files, "file")} ${diffText(workstream)}, ${counted(diff.commits, "commit")}${diff.dirty ? ", uncommitted work" : ""}`,
        ]),
    ...[forecast && conflictInWords(forecast, place.base)].filter((words) => words !== undefined),
    ...Object.entries(gates).map(
      ([gate, { verdict, digest, why }]) =>
        `gate ${gate}: ${verdict} for ${digest.slice(0, 8)}${why === undefined ? "" : ` (${why})`}`,
    ),
    ...(line === "" ? [] : [`${ago(lineAt, now)}: ${oneLine(line, 160)}`]),
  ];
}

/** The limits there are, such as `2.0M tokens, 30 min`; empty without any. */
export function limitsText(budget: Budget): string {
  const limits = [
    ...(budget.tokens === undefined ? [] : [`${short(budget.tokens)} tokens`]),
    ...(budget.minutes === undefined ? [] : [`${budget.minutes} min`]),
    ...(budget.money === undefined ? [] : [`${budget.money} money`]),
  ];
  return limits.join(", ");
}

function spentText({ spent, budget }: Workstream): string {
  const limits = limitsText(budget);
  const of = limits === "" ? "" : ` of ${limits}`;
  const money = spent.money === undefined ? "" : `, ${spent.money.toFixed(2)} money`;
  return `${short(spent.tokens.total)} tokens, ${spent.minutes.toFixed(1)} min${money}${of}`;
}

/** What a terminal would not show, or show as something else than it is. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f|(?! )\p{Zs}/gu;

/** Text of an author exactly as it is: what would not be seen is named, and no line of it passes for one of ours. */
function exact(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(unseen, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`))
    .join("\n    | ");
}

/** What is asked, as it would be done, and how it can be answered. */
export function requestLines({ id, body }: Request): string[] {
  switch (body.kind) {
    case "question":
      return body.questions.flatMap((question) => [
        `${id} asks (${exact(question.id)}): ${exact(question.text)}`,
        ...question.options.map(
          ({ label, description }) => `  - ${exact(label)}${description === "" ? "" : `: ${exact(description)}`}`,
        ),
      ]);
    case "command":
    case "edit":
    case "tool":
      return [`${id} wants to ${asked(body)}`, ...offers(body)];
    case "permissions":
      return [`${id} wants ${asked(body)}`, ...offers(body)];
  }
}

/** What is asked and nothing else, exactly as it would be done. */
function asked(body: Request["body"]): string {
  switch (body.kind) {
    case "question":
      return body.questions.map(({ text }) => exact(text)).join("; ");
    case "command":
      return `run in ${exact(body.folder)}: ${exact(body.command)}`;
    case "edit":
      return `edit ${body.paths.map(exact).join(", ")}${body.opens === undefined ? "" : `, and from then on everything below ${exact(body.opens)}`}`;
    case "tool":
      return `call ${exact(body.tool)} ${exact(body.arguments)}`;
    case "permissions":
      return exact(body.wanted);
  }
}

/** What was decided, and about what. */
export function decisionText({ body }: Request, decision: Decision): string {
  switch (decision.kind) {
    case "accept":
      return `Accepted: ${asked(body)}`;
    case "accept-for-thread":
      return `Accepted, each time in this thread: ${asked(body)}`;
    case "decline":
      return `Declined: ${asked(body)}`;
    case "cancel":
      return `Declined, and its turn ends: ${asked(body)}`;
    case "answers": {
      const questions = body.kind === "question" ? body.questions : [];
      const answered = questions.filter(({ id }) => Object.hasOwn(decision.answers, id));
      return answered
        .map(({ id, text }) => `Answered: ${exact(text)}\n  with: ${exact((decision.answers[id] ?? []).join(", "))}`)
        .join("\n");
    }
  }
}

function offers({
  reason,
  offers: offered,
}: {
  readonly reason: string;
  readonly offers: readonly string[];
}): string[] {
  return [...(reason === "" ? [] : [`  because: ${exact(reason)}`]), `  answers: ${offered.join(", ")}`];
}
