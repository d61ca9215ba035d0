import type { ReadableStreamDefaultReader } from "node:stream/web";
import { z } from "zod";

/** Longest answer read from a tools endpoint, in bytes. */
const answerLimit = 1_048_576;
const answerWithinMs = 120_000;
const protocolVersion = "2025-06-18";

const replySchema = z.object({
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

const resultSchema = z.object({
  content: z.array(z.json()).default([]),
  structuredContent: z.json().optional(),
  isError: z.boolean().optional(),
});

export interface ToolAnswer {
  readonly content: readonly z.core.util.JSONType[];
  readonly structuredContent: z.core.util.JSONType | null;
  /** Set when the tool, or the way to it, failed. */
  readonly failure: string | null;
}

/**
 * Calls one tool of an MCP endpoint over streamable HTTP: initialize, then `tools/call`
 * (https://modelcontextprotocol.io/specification/2025-06-18/basic/transports). A failure is part of the answer.
 */
export async function callTool(
  url: string,
  name: string,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  const both = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]);
  try {
    const opened = await post(url, undefined, both, {
      id: 1,
      method: "initialize",
      params: { protocolVersion, capabilities: {}, clientInfo: { name: "scripted-agent", version: "1" } },
    });
    await post(url, opened.session, both, { method: "notifications/initialized" });
    const called = await post(url, opened.session, both, {
      id: 2,
      method: "tools/call",
      params: { name, arguments: args },
    });
    return answerOf(called.body);
  } catch (thrown) {
    return failed(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

async function post(
  url: string,
  session: string | undefined,
  signal: AbortSignal,
  message: Readonly<Record<string, unknown>>,
) {
  const response = await fetch(url, {
    method: "POST",
    signal,
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": protocolVersion,
      ...(session === undefined ? {} : { "mcp-session-id": session }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", ...message }),
  });
  const text = await boundedText(response);
  if (!response.ok) throw new Error(`The tools endpoint answered ${response.status}: ${text.slice(0, 500)}`);
  const streamed = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  return { session: response.headers.get("mcp-session-id") ?? session, body: streamed ? lastEventData(text) : text };
}

async function boundedText(response: Response): Promise<string> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > answerLimit) throw new Error(`The tools endpoint answered with more than ${answerLimit} bytes.`);
    parts.push(part.value);
  }
  return Buffer.concat(parts).toString("utf8");
}

function lastEventData(text: string): string {
  return (
    text
      .split("\n")
      .findLast((line) => line.startsWith("data:"))
      ?.slice("data:".length) ?? ""
  );
}

function answerOf(body: string): ToolAnswer {
  const reply = replySchema.parse(JSON.parse(body));
  if (reply.error !== undefined) return failed(reply.error.message);
  const result = resultSchema.parse(reply.result);
  return {
    content: result.content,
    structuredContent: result.structuredContent ?? null,
    failure: result.isError === true ? "The tool reported an error." : null,
  };
}

function failed(message: string): ToolAnswer {
  return { content: [], structuredContent: null, failure: message };
}
