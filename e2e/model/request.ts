import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import type { StepContext } from "./script.ts";

const contentSchema = z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]);

const inputSchema = z.looseObject({
  type: z.string().optional(),
  role: z.string().optional(),
  content: contentSchema.nullish(),
  call_id: z.string().optional(),
  output: z.unknown().optional(),
});

const bodySchema = z.looseObject({
  model: z.string(),
  input: z.array(inputSchema),
  tools: z.array(z.looseObject({ name: z.string().optional() })).default([]),
  text: z.looseObject({ format: z.unknown().optional() }).nullish(),
});

const metadataSchema = z.looseObject({ thread_id: z.string(), turn_id: z.string() });

type Input = z.infer<typeof inputSchema>;

export interface ModelRequest {
  /** The part of the model's slug after `scripted-`. */
  readonly script: string;
  readonly threadId: string;
  /** All but what only the server can count. */
  readonly context: Omit<StepContext, "attempt" | "earlier">;
  /** Names of the tools (and tool namespaces) on offer. */
  readonly offered: readonly string[];
  /** The JSON schema asked for, if any. */
  readonly format: unknown;
}

/** The id of a call carries turn and step; it comes back with the call's output, which is how the server needs no memory. */
export function callId(turnId: string, step: number, index: number): string {
  return `call_${turnId.replaceAll("-", "")}_${step}_${index}`;
}

/** Reads a request of the Responses API as Codex sends it. Throws when it is anything else. */
export function readRequest(headers: IncomingHttpHeaders, raw: string): ModelRequest {
  const body = bodySchema.parse(JSON.parse(raw));
  const metadata = metadataSchema.parse(JSON.parse(String(headers["x-codex-turn-metadata"])));
  const mine = `call_${metadata.turn_id.replaceAll("-", "")}_`;
  const first = body.input.findIndex((one) => one.call_id?.startsWith(mine));
  const before = first === -1 ? body.input : body.input.slice(0, first);
  const after = first === -1 ? [] : body.input.slice(first);
  const outputs = after.filter((one) => one.call_id?.startsWith(mine) && one.output !== undefined);
  const steps = outputs.map((one) => Number(one.call_id?.slice(mine.length).split("_")[0]));
  return {
    script: /^scripted-(.+)$/.exec(body.model)?.[1] ?? "",
    threadId: metadata.thread_id,
    context: {
      step: steps.length === 0 ? 0 : Math.max(...steps) + 1,
      words: spoken(before).at(-1) ?? "",
      steers: spoken(after),
      outputs: outputs.map((one) => outputText(one.output)),
      turnId: metadata.turn_id,
    },
    offered: body.tools.flatMap((tool) => tool.name ?? []),
    format: body.text?.format,
  };
}

/** What the human said; Codex adds context of its own in the same role, always inside tags. */
function spoken(inputs: readonly Input[]): readonly string[] {
  return inputs
    .filter((one) => one.role === "user")
    .map((one) => contentText(one.content))
    .filter((text) => !text.startsWith("<") && !text.startsWith("# AGENTS.md"));
}

function contentText(content: Input["content"]): string {
  if (content === undefined || content === null || typeof content === "string") return content ?? "";
  return content.map((part) => part.text ?? "").join("");
}

function outputText(output: unknown): string {
  if (typeof output === "string") return output;
  const parts = contentSchema.safeParse(output);
  return parts.success ? contentText(parts.data) : JSON.stringify(output);
}
