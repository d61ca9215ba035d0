import { z } from "zod";
import { problem, ProblemError } from "../contract/errors.ts";
import { see, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const waive = verb({
  name: "waive",
  summary: "Lets a workstream's change to harness files pass, once you have looked at it.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: ["digest"],
  args: z.object({
    digest: z
      .string()
      .regex(/^[0-9a-f]{8,64}$/)
      .describe("What was judged, as the ask and `show` name it: at least its first 8 characters"),
    why: z.string().min(1).max(500).optional().describe("Kept with the verdict"),
  }),
  async run(call) {
    const workstreamId = theWorkstream(call);
    const { workstream } = await call.client.workstream.show({ workstreamId });
    const judged = workstream.gates.harness;
    if (judged === undefined || !judged.digest.startsWith(call.args.digest)) {
      const next = `Look at what it changes now (${see(call, "diff", { patch: true })}); ${see(call, "show", {})} has the digest.`;
      throw new ProblemError(problem("CONFLICT", `${workstream.name} was not judged under this digest.`, next));
    }
    const { why } = call.args;
    const said = why === undefined ? {} : { why };
    await call.client.workstream.waive({ workstreamId, gate: "harness", digest: judged.digest, ...said });
    return { text: "The change to harness files passes.", data: {} };
  },
});
