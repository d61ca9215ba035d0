import { z } from "zod";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const note = verb({
  name: "note",
  summary: "Leaves a note with a workstream: a decision taken, something found, what a reader should know.",
  callers: ["human", "workstream"],
  readOnly: false,
  about: "one",
  positional: ["text"],
  args: z.object({ text: z.string().trim().min(1).max(4_000).describe("The note") }),
  async run(call) {
    await call.client.workstream.note({ workstreamId: theWorkstream(call), text: call.args.text });
    return { text: "Noted.", data: {} };
  },
});
