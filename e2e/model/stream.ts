import { setTimeout as sleep } from "node:timers/promises";
import type { ServerResponse } from "node:http";
import { callId } from "./request.ts";
import type { ModelRequest } from "./request.ts";
import type { Call, Step } from "./script.ts";

type Json = Readonly<Record<string, unknown>>;

/** Streams one step as the Responses API does: created, items with their deltas, completed with usage. */
export async function streamStep(
  response: ServerResponse,
  request: ModelRequest,
  step: Step,
  chunkMs: number,
): Promise<void> {
  const id = `resp_${request.context.turnId}_${request.context.step}`;
  const output: Json[] = [];
  let sequence = 0;
  const tell = (type: string, more: Json) => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...more })}\n\n`);
  };
  const base = { id, object: "response", created_at: 0, model: `scripted-${request.script}`, output: [] };

  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  tell("response.created", { response: { ...base, status: "in_progress" } });
  await sleep(step.delayMs ?? 0);

  const item = async (opened: Json, done: Json, deltas: () => Promise<void>) => {
    tell("response.output_item.added", { output_index: output.length, item: opened });
    await deltas();
    tell("response.output_item.done", { output_index: output.length, item: done });
    output.push(done);
  };
  const words = async (type: string, itemId: string, text: string, more: Json) => {
    for (const word of text.match(/\S+\s*/g) ?? []) {
      tell(type, { item_id: itemId, output_index: output.length, delta: word, ...more });
      await sleep(step.chunkMs ?? chunkMs);
    }
  };

  const { reasoning, text } = step;
  if (reasoning !== undefined) {
    const itemId = `rs_${id}`;
    const summary = [{ type: "summary_text", text: reasoning }];
    await item(
      { type: "reasoning", id: itemId, summary: [] },
      { type: "reasoning", id: itemId, summary, encrypted_content: "bm9uZQ==" },
      () => words("response.reasoning_summary_text.delta", itemId, reasoning, { summary_index: 0 }),
    );
  }
  if (text !== undefined) {
    const itemId = `msg_${id}`;
    const message = { type: "message", id: itemId, role: "assistant" };
    const content = [{ type: "output_text", text, annotations: [] }];
    const told = words.bind(undefined, "response.output_text.delta", itemId, text, { content_index: 0 });
    if (step.drop === true) {
      tell("response.output_item.added", { output_index: 0, item: { ...message, status: "in_progress", content: [] } });
      await told();
    } else
      await item(
        { ...message, status: "in_progress", content: [] },
        { ...message, status: "completed", content },
        told,
      );
  }
  if (step.drop === true) {
    response.destroy();
    return;
  }
  for (const [index, call] of (step.calls ?? []).entries()) {
    const done = callItem(call, callId(request.context.turnId, request.context.step, index));
    await item(done, done, () => Promise.resolve());
  }
  tell("response.completed", { response: { ...base, status: "completed", output, usage } });
  response.end();
}

/** The same for every answer, so that totals can be foreseen. */
export const usage = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 40 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 120,
};

function callItem(call: Call, id: string): Json {
  const head = { id: `item_${id}`, call_id: id, name: call.tool, status: "completed" };
  if ("input" in call) return { type: "custom_tool_call", ...head, input: call.input };
  const namespace = call.namespace === undefined ? {} : { namespace: call.namespace };
  return { type: "function_call", ...head, ...namespace, arguments: JSON.stringify(call.arguments) };
}
