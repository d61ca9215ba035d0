import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../contract/errors.ts";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".mp3": "audio/mpeg",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/** A build puts a hash of the content into these names, so what they name never changes. */
const hashed = /^\/assets\/[^/]+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

export interface Asset {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  /** For `cache-control`. */
  readonly cache: string;
}

/**
 * The file of the built page that a URL's path names below `root`, and nothing that lies elsewhere, whatever links lead
 * there. `pathname` is as it stands in the URL, percent-encoded.
 */
export async function findAsset(root: string, pathname: string): Promise<Result<Asset>> {
  const wanted = pathname === "/" ? "/index.html" : decoded(pathname);
  if (wanted === undefined) return fail("BAD_REQUEST", "The address is malformed.", "Correct its percent-encoding.");
  const type = types[path.extname(wanted).toLowerCase()];
  if (type === undefined || /[\\\0]/.test(wanted)) return missing(pathname);
  try {
    const home = await realpath(root);
    const file = await realpath(path.join(home, wanted));
    const facts = await stat(file);
    if (!file.startsWith(home + path.sep) || !facts.isFile()) return missing(pathname);
    const cache = hashed.test(wanted) ? "public, max-age=31536000, immutable" : "no-cache";
    return ok({ file, size: facts.size, type, cache });
  } catch {
    return missing(pathname);
  }
}

function decoded(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}

function missing(pathname: string): Result<never> {
  return fail("NOT_FOUND", `There is nothing at ${pathname.slice(0, 200)}.`, "The control room is at /.");
}
