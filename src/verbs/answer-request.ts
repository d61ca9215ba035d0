import { z } from "zod";
import { problem, ProblemError } from "../contract/errors.ts";
import { offerSchema, type Decision, type Request } from "../contract/requests.ts";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";
import { decisionText, requestLines } from "./workstream-text.ts";

export const answer = verb({
  name: "answer",
  summary:
    "Answers what a workstream asks: accept, accept-for-thread, decline or cancel; or, for a question, the answer itself.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: ["answer"],
  args: z.object({
    answer: z
      .string()
      .min(1)
      .max(8_000)
      .describe("accept, accept-for-thread, decline, cancel, or the answer to a question"),
    request: z.string().optional().describe("Which request, when there are several"),
    question: z.string().optional().describe("Which question of the request, when it has several"),
    reason: z.string().max(8_000).optional().describe("Told to the author when it is declined"),
  }),
  async run(call) {
    const workstreamId = theWorkstream(call);
    const { requests } = await call.client.workstream.show({ workstreamId });
    const request = pick(Object.values(requests), call.args.request);
    const decision = decide(request, call.args);
    await call.client.workstream.answer({ workstreamId, requestId: request.id, decision });
    return { text: decisionText(request, decision), data: { requestId: request.id, decision } };
  },
});

function pick(requests: readonly Request[], named: string | undefined): Request {
  const fitting = requests.filter(({ id }) => named === undefined || id === named);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  if (only === undefined) {
    throw new ProblemError(
      problem("NOT_FOUND", "It asks nothing, or not that.", "See what waits for you with `cox attention`."),
    );
  }
  const told = fitting.flatMap(requestLines).join("\n");
  throw new ProblemError(problem("CONFLICT", "It asks several things.", "Name one with --request.", told));
}

interface Given {
  readonly answer: string;
  readonly question?: string | undefined;
  readonly reason?: string | undefined;
}

function decide(request: Request, { answer: given, question, reason }: Given): Decision {
  const offer = offerSchema.safeParse(given);
  const isQuestion = request.body.kind === "question";
  if (offer.success && (!isQuestion || offer.data === "decline" || offer.data === "cancel")) {
    return offer.data === "decline"
      ? { kind: "decline", ...(reason === undefined ? {} : { reason }) }
      : { kind: offer.data };
  }
  if (request.body.kind !== "question") {
    throw new ProblemError(
      problem("BAD_REQUEST", `"${given}" is no answer to this.`, `Answer ${request.body.offers.join(", ")}.`),
    );
  }
  const { questions } = request.body;
  const asked = questions.length === 1 ? questions[0] : questions.find(({ id }) => id === question);
  if (asked === undefined) {
    const ids = questions.map(({ id }) => id).join(", ");
    throw new ProblemError(problem("CONFLICT", "It has several questions.", `Name one with --question: ${ids}.`));
  }
  return { kind: "answers", answers: { [asked.id]: [given] } };
}
