import { z } from "zod";
import { verb } from "./verb.ts";
import { lineOf } from "./workstream-text.ts";

export const list = verb({
  name: "list",
  summary: "All workstreams, one line each.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "none",
  positional: [],
  args: z.object({ archived: z.boolean().default(false).describe("Archived ones too") }),
  async run({ client, args, now }) {
    const workstreams = (await client.workstream.list()).filter(({ phase }) => args.archived || phase !== "archived");
    const lines = workstreams.map((workstream) => lineOf(workstream, now));
    return {
      text: lines.length === 0 ? 'No workstreams yet. Start one with `cox start "what to do"`.' : lines.join("\n"),
      data: workstreams,
    };
  },
});
