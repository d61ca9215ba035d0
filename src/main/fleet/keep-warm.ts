import { holdingPhases } from "../../contract/states.ts";
import type { Deck } from "./crew.ts";

/** Has worktrees kept ready for what each project could start next: never more than it has free places. */
export function keepWarm(deck: Deck): void {
  const { projects, workstreams } = deck.state();
  for (const { id, root, gitDir, defaultBranch } of Object.values(projects)) {
    // A policy that cannot be read says nothing about how much is wanted.
    const policy = deck.rooms(id)?.policy().policy;
    if (policy == null) continue;
    const held = Object.values(workstreams).filter((row) => row.projectId === id && holdingPhases.has(row.phase));
    const most = policy.coxswain.warmWorktrees;
    const free = Math.max(0, policy.agent.maxConcurrentAgents - held.length);
    deck.worktrees.keepWarm(
      { id, root, gitDir, commonDir: gitDir, bare: false },
      { base: policy.coxswain.base ?? defaultBranch, wanted: Math.min(most, free), most },
    );
  }
}
