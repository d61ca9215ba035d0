import { z } from "zod";
import type { DiffFile } from "../contract/diffs.ts";
import { allSchema, clipped, see, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const diff = verb({
  name: "diff",
  summary:
    "What a workstream changed since its branch began, uncommitted and untracked work included: the files, or the patch.",
  callers: ["human", "reader", "workstream"],
  readOnly: true,
  about: "one",
  positional: [],
  args: z.object({
    patch: z.boolean().default(false).describe("The patch instead of the list of files"),
    all: allSchema,
  }),
  async run(call) {
    const { patch, all } = call.args;
    const found = await call.client.workstream.diff({ workstreamId: theWorkstream(call), patch });
    const lines = patch ? found.patch.trimEnd().split("\n") : found.files.map(fileLine);
    const cut = found.truncated ? ["… the patch is longer than the engine sends"] : [];
    if (found.files.length === 0) return { text: "Nothing has changed.", data: found };
    const more = see(call, "diff", { ...(patch ? { patch: true } : {}), all: true });
    return { text: clipped([...lines, ...cut], all, more), data: found };
  },
});

function fileLine({ path, previousPath, change, binary, added, removed }: DiffFile): string {
  const size = binary ? "binary" : `+${added} −${removed}`;
  return `${change}  ${size}  ${previousPath === undefined ? path : `${previousPath} → ${path}`}`;
}
