import { z } from "zod";
import type { Project } from "../contract/states.ts";
import { shellWord } from "../contract/shell-word.ts";
import { verb } from "./verb.ts";

export const open = verb({
  name: "open",
  summary: "Opens a git repository as a project.",
  callers: ["human"],
  readOnly: false,
  about: "none",
  positional: ["path"],
  args: z.object({ path: z.string().min(1).max(4_096).describe("The repository's main checkout") }),
  async run({ client, args }) {
    const project = await client.project.open(args);
    const { name, root, defaultBranch } = project;
    return {
      text: [`${name}: ${root}, on ${defaultBranch}`, policyLine(project), nextLine(project)].join("\n"),
      data: project,
    };
  },
});

function policyLine({ policy: { source, rejected } }: Project): string {
  const from = source === "file" ? "policy from WORKFLOW.md" : "the built-in policy: there is no WORKFLOW.md in force";
  return rejected === undefined ? from : `${from}\nWORKFLOW.md was not taken: ${rejected.message}`;
}

function nextLine({ name, identity, policy: { rejected } }: Project): string {
  if (rejected !== undefined) return `next: ${rejected.next}`;
  if (!identity) return "next: tell git whom commits are by: git config --global user.name NAME, and user.email";
  const word = shellWord(name);
  return `next: \`cox tickets --project ${word}\`, or \`cox start --project ${word} "what to do"\``;
}
