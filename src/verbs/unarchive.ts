import { z } from "zod";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const unarchive = verb({
  name: "unarchive",
  summary: "Brings back a workstream that was put away, as it stood.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: [],
  args: z.object({}),
  async run(call) {
    await call.client.workstream.unarchive({ workstreamId: theWorkstream(call) });
    return { text: "Brought back.", data: {} };
  },
});
