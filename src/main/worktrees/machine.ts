import { statfs } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import type { Machine } from "./pool.ts";

/** So many want each processor that even a niced process would be in their way. */
const busyLoad = 4;

export const thisMachine: Machine = {
  now: Date.now,
  isBusy: () => (loadavg()[0] ?? 0) > busyLoad * availableParallelism(),
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};
