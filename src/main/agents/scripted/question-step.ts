import { z } from "zod";
import type { Chosen } from "./player.ts";
import { say } from "./plain-steps.ts";
import type { StepOf } from "./scenario.ts";
import type { Stage } from "./stage.ts";

const answersSchema = z.object({
  answers: z.record(z.string(), z.object({ answers: z.array(z.string().max(8_000)).max(12) })),
});

/** Asks the human. An answer that is none of the branches is repeated back, so that one sees it arrived. */
export async function askQuestion(stage: Stage, body: StepOf<"ask">["body"]): Promise<Chosen> {
  await stage.sleep(stage.pace.thinkMs());
  if (stage.signal.aborted) return { branch: undefined };
  const reply = await stage.request("item/tool/requestUserInput", "waitingOnUserInput", {
    itemId: stage.newItemId(),
    questions: [
      {
        id: body.id,
        header: body.header,
        question: body.question,
        isOther: true,
        isSecret: false,
        options: body.options.map(({ label, description }) => ({ label, description })),
      },
    ],
    isBlocking: true,
    autoResolutionMs: null,
  });
  const parsed = answersSchema.safeParse(reply);
  const answers = parsed.success ? (parsed.data.answers[body.id]?.answers ?? []) : [];
  const branch = answers.find((answer) => Object.hasOwn(body.on, answer));
  if (branch === undefined && answers.length > 0 && !stage.signal.aborted)
    await say(stage, `Noted: ${answers.join(", ")}`);
  return { branch };
}
