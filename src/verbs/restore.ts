import { z } from "zod";
import { problem, ProblemError } from "../contract/errors.ts";
import type { Client, DeletedWorkstream } from "../contract/procedures.ts";
import { ago, counted, oneLine } from "./answer.ts";
import { verb } from "./verb.ts";
import { findWorkstream } from "./workstream-text.ts";

export const restore = verb({
  name: "restore",
  summary:
    "Brings the branches of a deleted workstream back, or commits that its project lost; without a name, what can be.",
  callers: ["human"],
  readOnly: false,
  about: "none",
  positional: ["workstream"],
  args: z.object({ workstream: z.string().max(200).default("").describe("Number, name or id; deleted or not") }),
  async run({ client, args, now }) {
    const deleted = await client.vault.deleted();
    if (args.workstream === "") return { text: listed(deleted, now), data: deleted };
    const workstreamId = await find(client, deleted, args.workstream);
    const { branches } = await client.vault.restore({ workstreamId });
    const text =
      branches.length === 0 ? "The vault has no branches of it." : `Back in the project: ${branches.join(", ")}.`;
    return { text, data: { branches } };
  },
});

function listed(deleted: readonly DeletedWorkstream[], now: number): string {
  if (deleted.length === 0) return "Nothing was deleted in the last thirty days.";
  const lines = deleted.map(
    ({ number, name, title, at }) => `#${number}  ${name}  ${ago(at, now)}  ${oneLine(title, 80)}`,
  );
  return `${counted(deleted.length, "workstream")} can be restored:\n${lines.join("\n")}`;
}

async function find(client: Client, deleted: readonly DeletedWorkstream[], named: string): Promise<string> {
  const found = deleted.filter(
    ({ workstreamId, number, name }) =>
      workstreamId === named || name === named || `${number}` === named.replace(/^#/, ""),
  );
  const [only] = found;
  if (only === undefined) return findWorkstream(await client.workstream.list({ all: true }), named).id;
  if (found.length === 1) return only.workstreamId;
  throw new ProblemError(
    problem(
      "CONFLICT",
      `"${named}" could be one of ${found.length}.`,
      "Name it by its number; `cox restore` lists them.",
    ),
  );
}
