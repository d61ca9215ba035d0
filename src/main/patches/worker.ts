import { parentPort } from "node:worker_threads";
import { pagesOf } from "./parse-patch.ts";
import type { Job, Page } from "./wire.ts";

const port = parentPort;
if (port === null) throw new Error("This runs as a worker of create-patch-reader.ts.");

port.on("message", ({ id, patch: { buffer, byteOffset, byteLength }, generated, ...how }: Job) => {
  const tell = (page: Page) => port.postMessage(page);
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  for (const patches of pagesOf(bytes, { ...how, generated: new Set(generated) })) tell({ id, patches, last: false });
  tell({ id, patches: [], last: true });
});
