import { z } from "zod";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const interrupt = verb({
  name: "interrupt",
  summary: "Ends a workstream's running turn and the command it runs; the workstream stays.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: [],
  args: z.object({}),
  async run(call) {
    await call.client.workstream.interrupt({ workstreamId: theWorkstream(call) });
    return { text: "Interrupted.", data: {} };
  },
});
