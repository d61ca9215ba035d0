import { rename, writeFile } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

/** Loaded into the engine before it starts: what cannot be seen from outside, written to a file every few seconds. */
const everyMs = 5_000;

const file = process.env["COXSWAIN_SOAK_PROBE"];
if (file !== undefined && isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  setInterval(() => {
    const memory = process.memoryUsage();
    const seen = { ...memory, heap: memory.heapUsed, lagP99: delay.percentile(99) / 1e6, lagMax: delay.max / 1e6 };
    delay.reset();
    void writeFile(`${file}.new`, JSON.stringify(seen))
      .then(() => rename(`${file}.new`, file))
      // The home may be gone already when the engine ends last.
      .catch(() => undefined);
  }, everyMs).unref();
}
