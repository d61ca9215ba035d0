import { z } from "zod";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const remove = verb({
  name: "delete",
  summary: "Deletes a workstream that rests, with its worktree, branches and transcript, once nothing can be lost.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: [],
  args: z.object({
    confirm: z.string().max(100).optional().describe("Its name: delete it although it has uncommitted work"),
  }),
  async run(call) {
    await call.client.workstream.delete({ workstreamId: theWorkstream(call), confirm: call.args.confirm });
    return { text: "Deleted. For thirty days `cox restore` brings its branches back.", data: {} };
  },
});
