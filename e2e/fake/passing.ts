import type { Loosening } from "../../src/contract/states.ts";
import type { FakeEngine } from "./fake-engine.ts";

/** Has a workstream ask about its change to harness files, as the engine does when it judged it. */
export function holdByHarness(
  { tell, ids }: FakeEngine,
  number: number,
  digest: string,
  paths: readonly string[],
): void {
  const at = Date.now();
  const workstreamId = ids.workstream(number);
  const why = `Changes harness files: ${paths.slice(0, 5).join(", ")}. Look at them; \`cox waive ${String(number)} ${digest.slice(0, 8)}\` lets them pass.`;
  const files = paths.map((path, index) => ({
    path,
    change: index === 0 ? ("modified" as const) : ("added" as const),
  }));
  const commit = "4f1c2ab9".repeat(5);
  tell({
    type: "gate.judged",
    workstreamId,
    gate: "harness",
    result: { verdict: "pending", digest, why, files, commit, at },
  });
  tell({ type: "workstream.moved", workstreamId, phase: "asking", reason: why });
  tell({
    type: "attention.raised",
    item: { id: ids.attention(number, "harness"), kind: "harness", workstreamId, ask: why.slice(0, 300), at },
  });
}

/** Has the project ask for what only the human can allow. */
export function askFor({ tell, state }: FakeEngine, ...asks: Loosening[]): void {
  const [project] = Object.values(state().projects);
  if (project === undefined) throw new Error("There is no project that could ask.");
  tell({ type: "policy.read", projectId: project.id, policy: { source: "file", asks } });
  tell({
    type: "attention.raised",
    item: {
      id: "a00000consent",
      kind: "consent",
      projectId: project.id,
      ask: `${project.name}: its WORKFLOW.md asks for ${asks.join(" and ")}.`,
      // Longer than anything else has waited.
      at: Date.now() - 24 * 3_600_000,
    },
  });
}
