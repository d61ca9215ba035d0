import { z } from "zod";
import type { Item } from "../contract/items.ts";
import { inward, maxLines, oneLine, see, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const transcript = verb({
  name: "transcript",
  summary: "What was said and done in a workstream, newest last, one line for each item.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "one",
  positional: [],
  args: z.object({
    lines: z.coerce
      .number()
      .int()
      .min(1)
      .max(500)
      .default(maxLines - 1)
      .describe("How many items"),
    before: z.coerce.number().int().positive().optional().describe("Items before this number"),
    full: z.boolean().default(false).describe("Whole texts instead of single lines"),
  }),
  async run(call) {
    const { lines: limit, before, full } = call.args;
    const page = await call.client.workstream.transcript({ workstreamId: theWorkstream(call), before, limit });
    const first = page.items[0];
    const earlier =
      page.more && first !== undefined ? [`earlier items: ${see(call, "transcript", { before: first.ordinal })}`] : [];
    const told = page.items.map((item) =>
      full ? inward(`${item.ordinal} ${fullText(item)}`) : oneLine(`${item.ordinal} ${brief(item)}`, 200),
    );
    return { text: [...earlier, ...told].join("\n") || "Nothing was said yet.", data: page };
  },
});

function brief({ body }: Item): string {
  switch (body.kind) {
    case "words":
      return `${body.from}: ${body.text}`;
    case "message":
    case "reasoning":
      return `${body.kind}: ${body.text}`;
    case "notice":
      return `${body.level}: ${body.text}`;
    case "command":
      return `$ ${body.command} (${body.exitCode === undefined ? body.status : `exit ${body.exitCode}`})`;
    case "edit":
      return `edit (${body.status}): ${body.files.map(({ path }) => path).join(", ")}`;
    case "tool":
      return `${body.tool} ${body.arguments} (${body.status})`;
  }
}

function fullText(item: Item): string {
  if (item.body.kind === "command") return `${brief(item)}\n${item.body.output}`;
  if (item.body.kind === "tool") return `${brief(item)}\n${item.body.result}`;
  return brief(item);
}
