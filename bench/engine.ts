import { parseArgs } from "node:util";
import { benchColdStart } from "./engine/cold-start.ts";
import { benchFifteenStarts } from "./engine/fifteen-starts.ts";
import { benchLive } from "./engine/live.ts";
import { benchOneStart } from "./engine/one-start.ts";
import { benchStreaming } from "./engine/streaming.ts";
import { benchTurns } from "./engine/turns.ts";
import { benchWarmStart } from "./engine/warm-start.ts";
import { runBench } from "./harness/run.ts";

/** The engine's claims, in the order of their budgets in docs/architecture.md. Named as arguments, only those are measured. */
const claims = {
  "cold-start": benchColdStart,
  "one-start": benchOneStart,
  "warm-start": benchWarmStart,
  "fifteen-starts": benchFifteenStarts,
  turns: benchTurns,
  streaming: benchStreaming,
  live: benchLive,
};

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false } },
  allowPositionals: true,
});
await runBench(claims, { json: values.json, only: positionals });
