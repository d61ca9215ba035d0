import { itemTextLimit } from "../../contract/items.ts";
import type { Decision, Question, RequestBody } from "../../contract/requests.ts";
import type { TurnCause } from "../../contract/states.ts";

/** What the engine itself says to an author. Short: it is read by a model that pays for each word. */
const engineWords: Partial<Record<TurnCause, string>> = {
  recovery:
    "The last turn was cut off before it ended. Look at `git status` and the log of this branch, then go on with the ticket from there. What was asked of the human and not answered has to be asked again.",
  retry: "The last turn failed. Go on with the ticket from where the worktree stands.",
};

/** What the clean gate asks of an author. */
export function gateWords(branch: string): string {
  return `Uncommitted work is left in this worktree, or it is not on its branch ${branch}. Be on that branch, commit what belongs to the ticket with a message that says why, remove what does not, and end with a clean \`git status\`.`;
}

/** The words of a turn that no human wrote, by its cause; undefined for causes that bring their own. */
export function wordsFor(cause: TurnCause): string | undefined {
  return engineWords[cause];
}

const cutNote = "\n\n(Cut here: the words were too long. Read the rest in the ticket.)";

/** Words no longer than one item of the transcript, so that the transcript holds, and a crash repeats, exactly what was sent. */
export function fitting(text: string): string {
  if (text.length <= itemTextLimit) return text;
  return text.slice(0, itemTextLimit - cutNote.length).toWellFormed() + cutNote;
}

/** What the author is told when the human takes a stopped or failed workstream up again. */
export const goOn = "Go on with the ticket from where the worktree stands.";

/** The human's answer to a question of the author, as its next words. */
export function answerWords(questions: readonly Question[], decision: Decision): string {
  if (decision.kind !== "answers")
    return "The human will not answer this; decide for yourself and note what you assumed.";
  const lines = questions.map((question) => {
    const given = decision.answers[question.id] ?? [];
    return `${question.text}\n→ ${given.length === 0 ? "(no answer)" : given.join("; ")}`;
  });
  return `The human answered:\n${lines.join("\n")}`;
}

/** What the human decided, for the transcript; the author is told by its agent. */
export function decisionWords(body: RequestBody, decision: Decision): string {
  if (body.kind === "question") return answerWords(body.questions, decision);
  return `${decisionNames[decision.kind]}: ${subjectOf(body)}`.slice(0, 8_000);
}

const decisionNames: Readonly<Record<Decision["kind"], string>> = {
  accept: "Allowed once",
  "accept-for-thread": "Allowed for this thread",
  decline: "Declined",
  cancel: "Declined, and the turn ended",
  answers: "Answered",
};

function subjectOf(body: Exclude<RequestBody, { kind: "question" }>): string {
  switch (body.kind) {
    case "command":
      return body.command;
    case "edit":
      return body.paths.join(", ");
    case "tool":
      return `${body.tool} ${body.arguments}`;
    case "permissions":
      return body.wanted;
  }
}

/** A reason given with a refusal, told to the author. */
export function refusalWords(body: RequestBody, reason: string): string {
  const what = body.kind === "command" ? ` \`${body.command}\`` : "";
  return `The human declined${what}: ${reason}`;
}
