import type { IncomingMessage } from "node:http";
import { fail, ok, type Result } from "../../contract/errors.ts";

/** Longest request body, in bytes; also the longest WebSocket message. */
export const maxBody = 1_000_000;

/** The whole body as JSON. Stops reading where the bound is passed. */
export async function readJson(request: IncomingMessage): Promise<Result<unknown>> {
  if (!(request.headers["content-type"] ?? "").startsWith("application/json")) {
    return fail("BAD_REQUEST", "The body is not declared to be JSON.", "Send it with content-type: application/json.");
  }
  if (Number(request.headers["content-length"] ?? 0) > maxBody) return tooLarge();
  const text = await readText(request);
  return text.ok ? parseJson(text.value) : text;
}

async function readText(request: IncomingMessage): Promise<Result<string>> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBody) return tooLarge();
      chunks.push(chunk);
    }
  } catch (cause) {
    return fail("CANCELLED", "The request ended before its body did.", "Send it again.", cause);
  }
  return ok(Buffer.concat(chunks).toString("utf8"));
}

export function parseJson(text: string): Result<unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return ok(value);
  } catch (cause) {
    return fail("BAD_REQUEST", "The body is not JSON.", "Send one JSON value.", cause);
  }
}

function tooLarge(): Result<never> {
  return fail("TOO_LARGE", `The body is longer than ${maxBody.toLocaleString("en")} bytes.`, "Send less at once.");
}
