import { z } from "zod";
import { sizeOnDisk } from "../contract/size.ts";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const reclaim = verb({
  name: "reclaim",
  summary:
    "Shows the folders of a resting workstream that its project's set-up makes again, and removes them when told to.",
  callers: ["human"],
  readOnly: false,
  about: "one",
  positional: [],
  args: z.object({ yes: z.boolean().default(false).describe("Remove what was shown") }),
  async run(call) {
    const workstreamId = theWorkstream(call);
    const { folders } = await call.client.worktree.reclaimable({ workstreamId });
    const lines = folders.map(({ path, bytes }) => `${sizeOnDisk(bytes).padStart(9)}  ${path}`);
    if (folders.length === 0) return { text: "Nothing that set-up makes again.", data: { folders, bytes: 0 } };
    if (!call.args.yes) {
      return { text: [...lines, "next: the same with --yes removes them"].join("\n"), data: { folders } };
    }
    const { bytes } = await call.client.worktree.reclaim({ workstreamId, folders: folders.map(({ path }) => path) });
    return {
      text: [...lines, `${sizeOnDisk(bytes)} freed. Set-up runs again when the workstream is taken up.`].join("\n"),
      data: { folders, bytes },
    };
  },
});
