const everything = { steer: true, interrupt: true, resume: true, approvals: true, questions: true, plan: true };

/** Agents as the engine lists them: two that can do everything, and one that only takes turns. */
export const agents = [
  { name: "codex", capabilities: everything },
  { name: "scripted", capabilities: everything },
  { name: "plain", capabilities: { ...everything, steer: false, interrupt: false } },
];
