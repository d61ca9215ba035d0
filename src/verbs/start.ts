import { z } from "zod";
import { problem, ProblemError } from "../contract/errors.ts";
import { projectOf } from "./named-project.ts";
import { verb } from "./verb.ts";

const keyLength = "A key has 8 to 100 characters.";

export const start = verb({
  name: "start",
  summary: "Starts work on a text, or on a ticket of the project's tracker, in a new worktree.",
  callers: ["human"],
  readOnly: false,
  about: "none",
  positional: ["text"],
  args: z.object({
    text: z
      .string()
      .trim()
      .min(1)
      .max(64_000)
      .optional()
      .describe("What to do, filed as a ticket; - reads it from standard input"),
    ticket: z.string().optional().describe("A ticket's key instead of a text"),
    project: z.string().optional().describe("A project's name or id, or the absolute path of a repository to open"),
    agent: z.string().optional().describe("Which agent does it"),
    model: z.string().optional().describe("Which model the agent uses"),
    base: z.string().optional().describe("The branch or commit to begin from"),
    attempts: z.coerce.number().int().min(1).max(8).default(1).describe("Sibling workstreams on the same ticket"),
    tokens: z.coerce.number().positive().optional().describe("Stop after so many tokens"),
    minutes: z.coerce.number().positive().optional().describe("Stop after so many minutes of work"),
    money: z.coerce.number().positive().optional().describe("Stop when so much is spent"),
    key: z
      .string()
      .min(8, keyLength)
      .max(100, keyLength)
      .optional()
      .describe("Repeating the command with the same key, of 8 to 100 characters, starts nothing twice"),
  }),
  async run({ client, args }) {
    const { text, ticket, project, agent, model, base, attempts, tokens, minutes, money, key } = args;
    if ((text === undefined) === (ticket === undefined)) {
      throw new ProblemError(
        problem(
          "BAD_REQUEST",
          "Say what to do, or name a ticket.",
          '`cox start "what to do"`, or `cox start --ticket KEY`.',
        ),
      );
    }
    const projectId = project === undefined ? undefined : await projectOf(client, project);
    const limited = tokens !== undefined || minutes !== undefined || money !== undefined;
    const started = await client.workstream.start({
      projectId,
      text,
      ticketKey: ticket,
      agent,
      model,
      base,
      attempts,
      budget: limited ? { tokens, minutes, money } : undefined,
      commandKey: key,
    });
    const told = started.map(({ id, place }) => ({ id, branch: place.branch, worktree: place.path }));
    return {
      text: started
        .map(({ number, name, place }) => `#${number} ${name} on ${place.branch} in ${place.path}`)
        .join("\n"),
      data: attempts > 1 ? told : told[0],
    };
  },
});
