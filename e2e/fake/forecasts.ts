import type { Overlap } from "../../src/contract/forecast.ts";
import type { FakeEngine } from "./fake-engine.ts";

const commit = "4f1c2ab9".repeat(5);

/** Has a workstream's work no longer merge into its base, as the engine tells it; without files it merges again. */
export function forecast(
  { tell, ids, state }: FakeEngine,
  number: number,
  files: readonly string[],
  overlaps: readonly Overlap[] = [],
): void {
  const at = Date.now();
  const workstreamId = ids.workstream(number);
  const attentionId = ids.attention(number, "conflict");
  const conflict = files.length === 0 ? {} : { conflict: { files: [...files] } };
  tell({
    type: "forecast.made",
    workstreamId,
    forecast: { head: commit, base: commit, ...conflict, overlaps: [...overlaps], at },
  });
  if (files.length > 0) {
    const ask = `conflicts with main in ${files.join(", ")}`.slice(0, 300);
    tell({ type: "attention.raised", item: { id: attentionId, kind: "conflict", workstreamId, ask, at } });
  } else if (state().attention[attentionId] !== undefined) tell({ type: "attention.cleared", attentionId });
}
