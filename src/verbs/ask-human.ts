import { z } from "zod";
import { oneLine, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const askHuman = verb({
  name: "ask-human",
  summary:
    "Asks the human a question that only they can decide. Go on working meanwhile: the answer comes as your next words.",
  callers: ["workstream"],
  readOnly: false,
  about: "one",
  positional: ["question"],
  args: z.object({
    question: z.string().min(1).max(4_000).describe("What has to be decided, and what hangs on it"),
    options: z.array(z.string().min(1).max(200)).max(12).default([]).describe("Answers to choose from, the best first"),
  }),
  async run(call) {
    const { question, options } = call.args;
    const { requestId } = await call.client.workstream.ask({
      workstreamId: theWorkstream(call),
      questions: [
        {
          id: "question",
          header: oneLine(question, 60),
          text: question,
          options: options.map((label) => ({ label, description: "" })),
          freeText: true,
        },
      ],
    });
    return {
      text: "Asked. Go on with what does not depend on it; the answer comes as your next words.",
      data: { requestId },
    };
  },
});
