import type { Check } from "../../src/contract/check.ts";

/** What a doctor finds who has something of every kind to say, in no order. */
export const someChecks: readonly Check[] = [
  { name: "git", state: "ok", says: "2.47.1" },
  { name: "disk", state: "warning", says: "9 GB free", next: "Free some: `cox disk` says what takes it" },
  { name: "worktrees", state: "wrong", says: "the folder of #3 invoice-pdf is gone", next: "cox retry 3" },
  { name: "codex", state: "missing", says: "there is none", next: "cox doctor --install codex" },
  { name: "policy", state: "wrong", says: "shop: WORKFLOW.md is not taken", next: "Mend it:\u200b line 3" },
];
