import { z } from "zod";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const retry = verb({
  name: "retry",
  summary: "Takes a stopped, failed or ready workstream up again where it stands.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: [],
  args: z.object({}),
  async run(call) {
    await call.client.workstream.retry({ workstreamId: theWorkstream(call) });
    return { text: "Taken up again.", data: {} };
  },
});
