import { z } from "zod";
import { see, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const stop = verb({
  name: "stop",
  summary: "Stops a workstream: its turn, its processes, its budget. Nothing it made is lost.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: [],
  args: z.object({ reason: z.string().max(500).optional().describe("Why, for the record") }),
  async run(call) {
    await call.client.workstream.stop({ workstreamId: theWorkstream(call), reason: call.args.reason });
    return { text: `Stopped. Take it up again with ${see(call, "retry", {})}.`, data: {} };
  },
});
