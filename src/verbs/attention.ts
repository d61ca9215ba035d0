import { z } from "zod";
import { age, allSchema, clipped, see } from "./answer.ts";
import { verb } from "./verb.ts";

export const attention = verb({
  name: "attention",
  summary: "What needs the human, most urgent first.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "none",
  positional: [],
  args: z.object({ all: allSchema }),
  async run(call) {
    const [items, workstreams] = await Promise.all([call.client.attention.list(), call.client.workstream.list()]);
    const lines = items.map(({ kind, ask, at, workstreamId }) => {
      const about = workstreams.find(({ id }) => id === workstreamId);
      const name = about === undefined ? "" : `#${about.number} ${about.name}  `;
      return `${name}${kind}  ${age(at, call.now)}  ${ask}`;
    });
    const text = clipped(lines, call.args.all, see(call, "attention", { all: true }));
    return { text: text === "" ? "Nothing needs you." : text, data: items };
  },
});
