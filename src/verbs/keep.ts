import { z } from "zod";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const keep = verb({
  name: "keep",
  summary: "Keeps this attempt at its ticket and puts the others away, with the reason on record.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: ["why"],
  args: z.object({ why: z.string().trim().min(1).max(500).describe("Why this one") }),
  async run(call) {
    const workstreamId = theWorkstream(call);
    const all = await call.client.workstream.list({ all: true });
    const kept = all.find(({ id }) => id === workstreamId);
    const over = all.filter(
      ({ id, phase, projectId, ticket }) =>
        id !== workstreamId && phase !== "archived" && projectId === kept?.projectId && ticket.key === kept.ticket.key,
    );
    if (over.length === 0) return { text: "There is no other attempt at its ticket.", data: { over: [] }, wrong: true };
    await call.client.workstream.keep({ workstreamId, over: over.map(({ id }) => id), why: call.args.why });
    const names = over.map(({ number, name }) => `#${String(number)} ${name}`).join(", ");
    return {
      text: `Kept. Put away: ${names}. \`cox unarchive\` brings one back.`,
      data: { over: over.map(({ id }) => id) },
    };
  },
});
