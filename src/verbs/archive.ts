import { z } from "zod";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const archive = verb({
  name: "archive",
  summary: "Puts a workstream away; its branch, worktree and transcript stay.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: [],
  args: z.object({}),
  async run(call) {
    await call.client.workstream.archive({ workstreamId: theWorkstream(call) });
    return { text: "Archived.", data: {} };
  },
});
