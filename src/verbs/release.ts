import { z } from "zod";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const release = verb({
  name: "release",
  summary:
    "Gives an adopted worktree back and puts its workstream away; your branch takes the work if it has not moved.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: [],
  args: z.object({}),
  async run(call) {
    const released = await call.client.worktree.release({ workstreamId: theWorkstream(call) });
    const { path, branch, note } = released;
    const stands = `${path} is yours again, ${branch === undefined ? "on no branch" : `on ${branch}`}.`;
    const why = note === undefined ? [] : [`${note.message}`, `next: ${note.next}`];
    return { text: [stands, ...why].join("\n"), data: released };
  },
});
