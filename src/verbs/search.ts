import { z } from "zod";
import { searchInputSchema, type SearchAnswer, type SearchHit } from "../contract/search.ts";
import { ago, clipped, oneLine, see } from "./answer.ts";
import { verb } from "./verb.ts";

export const search = verb({
  name: "search",
  summary:
    "Full text over all that was said, done, asked and noted. Filters: in:12, kind:command, from:human, since:yesterday, project:name; -word leaves out.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "none",
  positional: ["text"],
  args: z.object({
    text: z.string().min(1).max(500).describe('Words, "phrases" and filters'),
    order: searchInputSchema.shape.order.describe("Which come first"),
    limit: z.coerce.number().int().min(1).max(100).default(20).describe("How many hits"),
  }),
  async run(call) {
    const { text: wanted, order, limit } = call.args;
    const answer = await call.client.search.find({ text: wanted, order, limit, perWorkstream: limit });
    const lines = answer.hits.map((hit) => lineOf(hit, answer, call.now));
    const shown = clipped(lines, limit > 40, see(call, "search", { limit: 100 }));
    const text = [shown === "" ? "Nothing was found." : shown, ...remarks(answer)].join("\n");
    return { text, data: answer };
  },
});

function lineOf(hit: SearchHit, { workstreams }: SearchAnswer, now: number): string {
  const found = workstreams.find(({ id }) => id === hit.workstreamId);
  const name = found === undefined ? hit.workstreamId : `#${String(found.number)} ${found.name}`;
  const place = hit.ordinal === 0 ? "" : ` item ${String(hit.ordinal)}`;
  return `${name}${place}, ${hit.kind}, ${ago(hit.at, now)}: ${oneLine(hit.excerpt, 200)}`;
}

function remarks({ ignored, partial, pending }: SearchAnswer): string[] {
  return [
    ...ignored.map((each) => `Left out: ${each}.`),
    ...(partial ? ["Only the newest were looked at: say more of what you look for."] : []),
    ...(pending > 0 ? [`About ${String(pending)} older texts are still being indexed.`] : []),
  ];
}
