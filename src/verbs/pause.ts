import { z } from "zod";
import { see, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const pause = verb({
  name: "pause",
  summary: "Gives up a workstream's folder and keeps all its work, uncommitted too, until it is taken up again.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: [],
  args: z.object({}),
  async run(call) {
    await call.client.workstream.pause({ workstreamId: theWorkstream(call) });
    return { text: `Paused. Take it up again, as it was, with ${see(call, "retry", {})}.`, data: {} };
  },
});
