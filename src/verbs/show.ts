import { z } from "zod";
import { ago, allSchema, clipped, oneLine, see, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";
import { requestLines, statusLines } from "./workstream-text.ts";

export const show = verb({
  name: "show",
  summary: "A workstream in full: status, what it asks, its plan and notes.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "one",
  positional: [],
  args: z.object({ all: allSchema }),
  async run(call) {
    const shown = await call.client.workstream.show({ workstreamId: theWorkstream(call) });
    const lines = [
      ...statusLines(shown.workstream, call.now),
      ...Object.values(shown.requests).flatMap(requestLines),
      ...shown.plan.map(({ text, status }) => `plan, ${status}: ${text}`),
      ...shown.notes.map(({ at, text }) => `note, ${ago(at, call.now)}: ${oneLine(text, 300)}`),
    ];
    return { text: clipped(lines, call.args.all, see(call, "show", { all: true })), data: shown };
  },
});
