import { parseArgs } from "node:util";
import { runBench } from "./harness/run.ts";
import { benchDiff } from "./renderer/diff.ts";
import { benchGrid } from "./renderer/grid.ts";
import { benchMemory } from "./renderer/memory.ts";

/** The window's claims, in the order of their budgets in docs/architecture.md. Named as arguments, only those are measured. */
const claims = { grid: benchGrid, diff: benchDiff, memory: benchMemory };

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false } },
  allowPositionals: true,
});
await runBench(claims, { json: values.json, only: positionals });
