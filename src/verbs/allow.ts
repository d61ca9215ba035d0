import { z } from "zod";
import { looseningSchema } from "../contract/states.ts";
import { onlyProject, projectOf } from "./named-project.ts";
import { verb } from "./verb.ts";

export const allow = verb({
  name: "allow",
  summary: "Gives a project what its WORKFLOW.md asks for and cannot give itself, or takes it back.",
  callers: ["human"],
  readOnly: false,
  about: "none",
  positional: ["loosening"],
  args: z.object({
    loosening: looseningSchema.describe(
      "no-confinement: its authors' commands run with all your rights; unconfined-commands: its hooks do",
    ),
    project: z.string().min(1).max(4_096).optional().describe("The project, where several are open"),
    end: z.boolean().default(false).describe("Take it back"),
    why: z.string().min(1).max(500).optional().describe("Kept on record"),
  }),
  async run({ client, args: { loosening, project: named, end, why } }) {
    const projectId = await (named === undefined ? onlyProject(client) : projectOf(client, named));
    const said = why === undefined ? {} : { why };
    const project = await client.project.allow({ projectId, loosening, allow: !end, ...said });
    const from = "This holds for threads that are opened from now on; `cox stop` and `cox retry` open one anew.";
    return { text: `${project.name}: ${loosening} is ${end ? "no longer " : ""}allowed. ${from}`, data: project };
  },
});
