import { z } from "zod";
import { ago, clipped, oneLine, see } from "./answer.ts";
import { verb } from "./verb.ts";

export const search = verb({
  name: "search",
  summary: "Full text over all transcripts, best first.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "none",
  positional: ["text"],
  args: z.object({
    text: z.string().min(1).max(500).describe("What to look for"),
    limit: z.coerce.number().int().min(1).max(100).default(20).describe("How many hits"),
  }),
  async run(call) {
    const [hits, workstreams] = await Promise.all([
      call.client.search.transcripts(call.args),
      call.client.workstream.list({ all: true }),
    ]);
    const lines = hits.map(({ workstreamId, ordinal, at, excerpt }) => {
      const found = workstreams.find(({ id }) => id === workstreamId);
      const name = found === undefined ? workstreamId : `#${found.number} ${found.name}`;
      return `${name} item ${ordinal}, ${ago(at, call.now)}: ${oneLine(excerpt, 200)}`;
    });
    const text = clipped(lines, call.args.limit > 40, see(call, "search", { limit: 100 }));
    return { text: text === "" ? "Nothing was found." : text, data: hits };
  },
});
