import { z } from "zod";
import { problem, ProblemError } from "../contract/errors.ts";
import { projectOf } from "./named-project.ts";
import { verb } from "./verb.ts";

export const adopt = verb({
  name: "adopt",
  summary: "Has a workstream work in a worktree that was made by hand; files, index and your branch stay as they are.",
  callers: ["human"],
  readOnly: false,
  about: "none",
  positional: ["path", "text"],
  args: z.object({
    path: z.string().min(1).max(4_096).describe("The worktree's folder, as `git worktree list` shows it"),
    text: z.string().trim().min(1).max(64_000).optional().describe("What to do in it, filed as a ticket"),
    ticket: z.string().optional().describe("A ticket's key instead of a text"),
    project: z.string().optional().describe("A project's name or id; that of the worktree unless named"),
    agent: z.string().optional().describe("Which agent does it"),
    model: z.string().optional().describe("Which model the agent uses"),
  }),
  async run({ client, args }) {
    const { path, text, ticket, project, agent, model } = args;
    if ((text === undefined) === (ticket === undefined)) {
      throw new ProblemError(
        problem(
          "BAD_REQUEST",
          "Say what to do in it, or name a ticket.",
          '`cox adopt PATH "what to do"`, or `cox adopt PATH --ticket KEY`.',
        ),
      );
    }
    const projectId = project === undefined ? undefined : await projectOf(client, project);
    const adopted = await client.worktree.adopt({ projectId, path, text, ticketKey: ticket, agent, model });
    const { number, name, place } = adopted.workstream;
    const was = adopted.from.branch ?? `no branch, at ${adopted.from.commit.slice(0, 12)}`;
    return {
      text: [
        `#${number} ${name} on ${place.branch} in ${place.path}`,
        `was on ${was}, which stays there; \`cox release ${number}\` gives the worktree back`,
      ].join("\n"),
      data: { id: adopted.workstream.id, branch: place.branch, worktree: place.path, from: adopted.from },
    };
  },
});
