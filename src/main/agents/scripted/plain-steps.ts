import { callTool } from "./call-tool.ts";
import { agentMessage, reasoning, toolCall } from "./items.ts";
import type { StepOf } from "./scenario.ts";
import type { Stage } from "./stage.ts";

export async function say(stage: Stage, text: string): Promise<undefined> {
  const id = stage.newItemId();
  await stage.started(agentMessage(id, ""));
  await stream(stage, text, (delta) => stage.notify("item/agentMessage/delta", { itemId: id, delta }));
  if (stage.signal.aborted) return;
  await stage.said(text);
  await stage.completed(agentMessage(id, text));
}

export async function think(stage: Stage, text: string): Promise<undefined> {
  const id = stage.newItemId();
  await stage.started(reasoning(id, ""));
  await stream(stage, text, (delta) =>
    stage.notify("item/reasoning/summaryTextDelta", { itemId: id, delta, summaryIndex: 0 }),
  );
  if (!stage.signal.aborted) await stage.completed(reasoning(id, text));
}

async function stream(stage: Stage, text: string, tell: (delta: string) => Promise<void>): Promise<void> {
  for (const delta of stage.pace.deltas(text)) {
    await stage.sleep(delta.waitMs);
    if (stage.signal.aborted) return;
    await tell(delta.text);
  }
}

export async function showPlan(stage: Stage, plan: StepOf<"plan">["body"]): Promise<undefined> {
  await stage.sleep(stage.pace.thinkMs());
  if (!stage.signal.aborted) await stage.notify("turn/plan/updated", { explanation: null, plan });
}

export async function callVerb(stage: Stage, body: StepOf<"tool">["body"]): Promise<undefined> {
  await stage.sleep(stage.pace.thinkMs());
  if (stage.signal.aborted) return;
  const id = stage.newItemId();
  const since = stage.now();
  await stage.started(toolCall(id, body.name, body.arguments));
  const answer =
    stage.toolsUrl === undefined
      ? { content: [], structuredContent: null, failure: "This thread was opened without a tools endpoint." }
      : await callTool(stage.toolsUrl, body.name, body.arguments, stage.signal);
  if (!stage.signal.aborted)
    await stage.completed(toolCall(id, body.name, body.arguments, answer, stage.now() - since));
}
