import { z } from "zod";
import { allSchema, clipped, counted, maxLines, oneLine, see } from "./answer.ts";
import { onlyProject, projectOf } from "./named-project.ts";
import { verb } from "./verb.ts";

export const tickets = verb({
  name: "tickets",
  summary: "The open tickets of a project's tracker, and who works on them.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "none",
  positional: [],
  args: z.object({
    project: z.string().optional().describe("A project's name or id; needed where several are open"),
    all: allSchema,
  }),
  async run(call) {
    const { client, args } = call;
    const projectId = await (args.project === undefined ? onlyProject(client) : projectOf(client, args.project));
    const [{ tickets: found, skipped }, workstreams] = await Promise.all([
      client.ticket.list({ projectId }),
      client.workstream.list({ all: true }),
    ]);
    const lines = found.map((ticket) => {
      const working = ticket.workstreams.flatMap((id) => {
        const workstream = workstreams.find((candidate) => candidate.id === id);
        return workstream === undefined ? [] : [`#${workstream.number} ${workstream.phase}`];
      });
      const title = `${ticket.key}  ${ticket.state}  ${oneLine(ticket.title, 100)}`;
      return working.length === 0 ? title : `${title}  → ${working.join(", ")}`;
    });
    const more = see(call, "tickets", { ...(args.project === undefined ? {} : { project: args.project }), all: true });
    if (lines.length === 0) lines.push('No open tickets. File one with `cox start "what to do"`.');
    const told = skipped.map(({ message, next }) => `skipped: ${oneLine(message, 300)} ${oneLine(next, 300)}`);
    // Where they do not fit, that there are any must not be missed.
    const cut = !args.all && lines.length + told.length > maxLines && told.length > 0;
    const first = cut ? [`${counted(told.length, "ticket")} could not be read; why comes last`] : [];
    return { text: clipped([...first, ...lines, ...told], args.all, more), data: { tickets: found, skipped } };
  },
});
