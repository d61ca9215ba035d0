import { z } from "zod";
import { allSchema, clipped, see } from "./answer.ts";
import { verb } from "./verb.ts";
import { lineOf } from "./workstream-text.ts";

export const list = verb({
  name: "list",
  summary: "All workstreams, one line each.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "none",
  positional: [],
  args: z.object({ archived: z.boolean().default(false).describe("Archived ones too"), all: allSchema }),
  async run(call) {
    const { client, args, now } = call;
    const workstreams = (await client.workstream.list()).filter(({ phase }) => args.archived || phase !== "archived");
    const lines = workstreams.map((workstream) => lineOf(workstream, now));
    return {
      text:
        lines.length === 0
          ? 'No workstreams yet. Start one with `cox start "what to do"`.'
          : clipped(lines, args.all, see(call, "list", { all: true })),
      data: workstreams,
    };
  },
});
