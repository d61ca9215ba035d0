import { z } from "zod";
import { problem, ProblemError } from "../contract/errors.ts";
import { see, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";
import { limitsText } from "./workstream-text.ts";

export const budget = verb({
  name: "budget",
  summary: "Sets what a workstream may spend; limits that are not named stay.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: [],
  args: z.object({
    tokens: z.coerce.number().positive().optional().describe("Stop after so many tokens"),
    minutes: z.coerce.number().positive().optional().describe("Stop after so many minutes of work"),
    money: z.coerce.number().positive().optional().describe("Stop when so much is spent"),
  }),
  async run(call) {
    const workstreamId = theWorkstream(call);
    const named = Object.fromEntries(Object.entries(call.args).filter(([, limit]) => limit !== undefined));
    if (Object.keys(named).length === 0) {
      throw new ProblemError(
        problem(
          "BAD_REQUEST",
          "No limit is named.",
          "Name --tokens, --minutes or --money; `cox show` has those it has.",
        ),
      );
    }
    const { workstream } = await call.client.workstream.show({ workstreamId });
    const wanted = { ...workstream.budget, ...named };
    await call.client.workstream.setBudget({ workstreamId, budget: wanted });
    const next = workstream.phase === "stopped" ? ` Take it up again with ${see(call, "retry", {})}.` : "";
    return { text: `It may spend ${limitsText(wanted)}.${next}`, data: { budget: wanted } };
  },
});
