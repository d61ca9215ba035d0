import { z } from "zod";
import { oneLine, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const unsay = verb({
  name: "unsay",
  summary: "Takes back words that a workstream's author does not have yet: those named, else your newest.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: ["words"],
  args: z.object({ words: z.string().optional().describe("The id that steer answered") }),
  async run(call) {
    const wordsId = call.args.words;
    const taken = await call.client.workstream.unsay({
      workstreamId: theWorkstream(call),
      ...(wordsId === undefined ? {} : { wordsId }),
    });
    return { text: `Taken back: ${oneLine(taken.text, 160)}`, data: taken };
  },
});
