import { z } from "zod";
import type { ApprovalDecision, Stage } from "./stage.ts";

const answerSchema = z.object({ decision: z.enum(["accept", "acceptForSession", "decline", "cancel"]) });

/** Asks whether a command may run. `cut` when the turn was interrupted meanwhile. */
export function askForCommand(stage: Stage, itemId: string, command: string, reason: string | null) {
  return ask(stage, command, "item/commandExecution/requestApproval", {
    kind: "command",
    itemId,
    startedAtMs: stage.now(),
    environmentId: null,
    reason,
    command,
    cwd: stage.folder,
    commandActions: [{ type: "unknown", command }],
    availableDecisions: ["accept", "acceptForSession", "decline", "cancel"],
  });
}

/** Asks whether the file change of `itemId` may be made. */
export function askForEdit(stage: Stage, itemId: string) {
  return ask(stage, "edits", "item/fileChange/requestApproval", {
    itemId,
    startedAtMs: stage.now(),
    reason: null,
    grantRoot: null,
  });
}

async function ask(
  stage: Stage,
  allowance: string,
  method: string,
  params: Readonly<Record<string, unknown>>,
): Promise<ApprovalDecision | "cut"> {
  if (stage.allowed.has(allowance)) return "accept";
  const answer = answerSchema.safeParse(await stage.request(method, "waitingOnApproval", params));
  if (stage.signal.aborted) return "cut";
  // No answer one can read is no consent.
  if (!answer.success) return "decline";
  if (answer.data.decision === "acceptForSession") stage.allowed.add(allowance);
  return answer.data.decision;
}
