import { z } from "zod";
import { clipped, see } from "./answer.ts";
import { verb } from "./verb.ts";
import { lineOf } from "./workstream-text.ts";

export const list = verb({
  name: "list",
  summary: "The workstreams, one line each; those put away only with --all.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "none",
  positional: [],
  args: z.object({ all: z.boolean().default(false).describe("Archived ones too, however many") }),
  async run(call) {
    const { client, args, now } = call;
    const [workstreams, projects] = await Promise.all([
      client.workstream.list({ all: args.all }),
      client.project.list(),
    ]);
    // Names are told apart by their project only where there are several.
    const names = new Map(projects.length < 2 ? [] : projects.map(({ id, name }) => [id, name]));
    const lines = workstreams.map((workstream) => lineOf(workstream, now, names.get(workstream.projectId)));
    return {
      text:
        lines.length === 0
          ? 'No workstreams yet. Start one with `cox start "what to do"`.'
          : clipped(lines, args.all, see(call, "list", { all: true })),
      data: workstreams,
    };
  },
});
