import { z } from "zod";
import type { Client } from "../contract/procedures.ts";
import { shellWord } from "../contract/shell-word.ts";
import type { Project } from "../contract/states.ts";
import { projectNamed } from "./named-project.ts";
import { verb } from "./verb.ts";

export const close = verb({
  name: "close",
  summary: "Lets go of a project whose workstreams were all put away or deleted; nothing in its repository is touched.",
  callers: ["human"],
  readOnly: false,
  about: "none",
  positional: ["project"],
  args: z.object({
    project: z.string().min(1).max(4_096).describe("The project's name or id, or the path it was opened at"),
  }),
  async run({ client, args }) {
    const { id, name, root } = await projectToClose(client, args.project);
    await client.project.close({ projectId: id });
    const back = `\`cox open ${shellWord(root)}\` brings it back, with what was put away.`;
    return { text: `${name} is closed. ${back}`, data: { id } };
  },
});

/** Unlike elsewhere a path opens nothing: the repository may be gone. */
async function projectToClose(client: Client, named: string): Promise<Project> {
  const found = (await client.project.list()).find(({ root }) => root === named);
  return found ?? projectNamed(client, named);
}
