import { z } from "zod";
import { problem, ProblemError } from "../contract/errors.ts";
import { placeText, quoted } from "../contract/review-words.ts";
import { commentTextSchema, type Review, type ReviewState, type ReviewThread } from "../contract/review.ts";
import { ago, allSchema, clipped, counted, inward, oneLine, see, theWorkstream } from "./answer.ts";
import { verb, type Call } from "./verb.ts";

const argsSchema = z
  .object({
    thread: z.coerce.number().int().positive().optional().describe("The thread that is meant, by its number"),
    text: commentTextSchema
      .optional()
      .describe("What you say: in the thread, or of the whole work where none is named; - reads standard input"),
    resolve: z.boolean().default(false).describe("You are done with the thread (the human only)"),
    reopen: z.boolean().default(false).describe("Open the thread again (the human only)"),
    all: allSchema,
  })
  .strict();
type Args = z.infer<typeof argsSchema>;

export const review = verb({
  name: "review",
  summary:
    "What was said about places in a workstream's work, by thread; says something in one, resolves or reopens it.",
  callers: ["human", "reader", "workstream"],
  readOnly: false,
  about: "one",
  positional: [],
  args: argsSchema,
  async run(call) {
    const workstreamId = theWorkstream(call);
    const { thread: number, text, resolve, reopen } = call.args;
    const { review: threads } = call.client;
    if (resolve || reopen) {
      await threads.resolve({ workstreamId, number: named(call), resolved: resolve });
      return { text: `Thread ${named(call)} is ${resolve ? "resolved" : "open again"}.`, data: {} };
    }
    if (text !== undefined) {
      const { principal } = await call.client.engine.hello();
      if (principal.kind === "workstream") {
        await threads.answer({ workstreamId, number: named(call), text });
        return { text: "The human will see it.", data: {} };
      }
      const said = number === undefined ? { summary: text } : { replies: [{ number, text }] };
      return { text: "Accepted; the author is told.", data: await threads.send({ workstreamId, ...said }) };
    }
    const state = await threads.show({ workstreamId });
    if (number !== undefined) return { text: threadText(call, state, number), data: state };
    return { text: stateText(call, state), data: state };
  },
});

function named({ args: { thread } }: Call<Args>): number {
  if (thread !== undefined) return thread;
  throw new ProblemError(problem("BAD_REQUEST", "It is not said which thread is meant.", "Name it by its number."));
}

function stateText(call: Call<Args>, { threads, reviews, lost }: ReviewState): string {
  const shown = threads.filter(({ state }) => call.args.all || state !== "resolved");
  const resolved = threads.length - threads.filter(({ state }) => state !== "resolved").length;
  const last = reviews.at(-1);
  const lines = [
    ...(lost === true ? ["What was said earlier cannot be read any more: its row in the database is damaged."] : []),
    ...(shown.length === 0 ? ["No thread is open."] : shown.flatMap(linesOf)),
    ...(resolved > 0 && !call.args.all
      ? [`${counted(resolved, "thread")} resolved; ${see(call, "review", { all: true })}`]
      : []),
    ...(last === undefined || call.surface === "tool" ? [] : [receiptText(last, call.now)]),
  ];
  return clipped(lines, call.args.all, see(call, "review", { all: true }));
}

function threadText(call: Call<Args>, { threads }: ReviewState, number: number): string {
  const thread = threads.find((one) => one.number === number);
  if (thread !== undefined) return linesOf(thread).join("\n");
  throw new ProblemError(
    problem("NOT_FOUND", `There is no thread ${number}.`, `${see(call, "review", { all: true })} lists them.`),
  );
}

function linesOf(thread: ReviewThread): string[] {
  const { number, state, anchor, entries } = thread;
  return [
    `[${number}] ${state}  ${placeText(anchor)}`,
    ...quoted(anchor).split("\n"),
    ...entries.flatMap(({ by, text }) => inward(`${by}: ${text}`).split("\n")),
  ];
}

function receiptText({ at, summary, threads, delivery, turn, why }: Review, now: number): string {
  const what = threads.length === 0 ? oneLine(summary, 40) : `threads ${threads.join(", ")}`;
  const became = {
    accepted: "accepted, not delivered yet",
    delivered: turn === undefined ? "delivered" : `delivered in turn ${turn}`,
    dropped: `not delivered: ${why ?? "it was dropped"}`,
  };
  return `last sent ${ago(at, now)} (${what}): ${became[delivery]}`;
}
