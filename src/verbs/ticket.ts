import { z } from "zod";
import { allSchema, clipped, see, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const ticket = verb({
  name: "ticket",
  summary: "The ticket a workstream works on, in full.",
  callers: ["human", "reader", "workstream"],
  readOnly: true,
  about: "one",
  positional: [],
  args: z.object({ all: allSchema }),
  async run(call) {
    const shown = await call.client.workstream.show({ workstreamId: theWorkstream(call) });
    const { key, title, body } = shown.ticket;
    const lines = [`${key}: ${title}`, "", ...body.trim().split("\n")];
    return { text: clipped(lines, call.args.all, see(call, "ticket", { all: true })), data: shown.ticket };
  },
});
