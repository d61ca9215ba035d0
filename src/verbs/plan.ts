import { z } from "zod";
import type { PlanStep } from "../contract/items.ts";
import { allSchema, clipped, see, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

const marks: Readonly<Record<PlanStep["status"], string>> = { pending: "[ ]", running: "[~]", done: "[x]" };

export const plan = verb({
  name: "plan",
  summary: "Shows a workstream's plan, or replaces it when steps are given. Keep it current: the human reads it.",
  callers: ["human", "workstream"],
  readOnly: false,
  about: "one",
  positional: [],
  args: z.object({
    steps: z
      .array(z.string().min(1).max(520))
      .max(50)
      .optional()
      .describe('All steps in order, each as "[ ] to do", "[~] doing" or "[x] done"'),
    all: allSchema,
  }),
  async run(call) {
    const workstreamId = theWorkstream(call);
    const given = call.args.steps?.map(stepOf);
    if (given !== undefined && given.length > 0) await call.client.workstream.plan({ workstreamId, steps: given });
    const steps = given ?? (await call.client.workstream.show({ workstreamId })).plan;
    const lines = steps.map(({ text, status }) => `${marks[status]} ${text}`);
    return {
      text:
        lines.length === 0 ? "There is no plan yet." : clipped(lines, call.args.all, see(call, "plan", { all: true })),
      data: steps,
    };
  },
});

function stepOf(line: string): PlanStep {
  const [, mark, text] = /^\s*\[([ ~x])\]\s*(.*)$/s.exec(line) ?? [undefined, " ", line];
  const status = mark === "x" ? "done" : mark === "~" ? "running" : "pending";
  return { text: (text ?? line).trim(), status };
}
