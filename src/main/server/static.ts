import { createReadStream } from "node:fs";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { findAsset } from "../assets.ts";
import { safetyHeaders } from "../csp.ts";
import { refuse } from "./refusal.ts";

/** Sends the file that a URL's path names below `root`, and nothing that lies elsewhere, whatever links lead there. */
export async function serveAsset(
  root: string,
  pathname: string,
  response: ServerResponse,
  headOnly: boolean,
): Promise<void> {
  const found = await findAsset(root, pathname);
  if (!found.ok) return refuse(response, found.error);
  const { file, size, type, cache } = found.value;
  response.writeHead(200, {
    ...safetyHeaders,
    "content-type": type,
    "content-length": size,
    "cache-control": cache,
  });
  if (headOnly) {
    response.end();
    return;
  }
  // A reader that goes away ends the pipe with an error that concerns nobody.
  await pipeline(createReadStream(file, { end: Math.max(0, size - 1) }), response).catch(() => undefined);
}
