import { parentPort } from "node:worker_threads";
import type { FilePatch } from "../../contract/diffs.ts";
import { parsePatch } from "./parse-patch.ts";
import type { Job, Page } from "./wire.ts";

/** Characters of lines in a page: the first is small, so that the reader sees something soon. */
const firstPage = 60_000;
const fullPage = 250_000;
const mostFiles = 500;

const port = parentPort;
if (port === null) throw new Error("This runs as a worker of create-patch-reader.ts.");

port.on("message", (job: Job) => {
  const tell = (page: Page) => port.postMessage(page);
  const { buffer, byteOffset, byteLength } = job.patch;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  let patches: FilePatch[] = [];
  let size = 0;
  let most = firstPage;
  for (const patch of parsePatch(bytes, { ...job, generated: new Set(job.generated) })) {
    patches.push(patch);
    size += patch.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
    if (size < most && patches.length < mostFiles) continue;
    tell({ id: job.id, patches, last: false });
    patches = [];
    size = 0;
    most = fullPage;
  }
  tell({ id: job.id, patches, last: true });
});
