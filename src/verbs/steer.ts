import { z } from "zod";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const steer = verb({
  name: "steer",
  summary: "Words for a workstream's author: into its running turn, as its next one, or after ending the running one.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: ["text"],
  args: z.object({
    text: z.string().trim().min(1).max(32_000).describe("The words; - reads them from standard input"),
    when: z.enum(["now", "next", "interrupt"]).default("now").describe("now, next, or interrupt"),
  }),
  async run(call) {
    const { text, when } = call.args;
    const { wordsId } = await call.client.workstream.steer({ workstreamId: theWorkstream(call), text, when });
    return { text: "Accepted; the author is told.", data: { wordsId } };
  },
});
