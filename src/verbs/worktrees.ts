import { z } from "zod";
import { sizeOnDisk } from "../contract/size.ts";
import type { Worktree } from "../contract/worktrees.ts";
import { allSchema, ago, clipped, see } from "./answer.ts";
import { verb } from "./verb.ts";

export const worktrees = verb({
  name: "worktrees",
  summary: "The worktrees of all projects: whose they are, their branch, and their size as last measured.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "none",
  positional: [],
  args: z.object({ all: allSchema }),
  async run(call) {
    const { client, args, now } = call;
    const [{ worktrees: found, unlisted }, workstreams] = await Promise.all([
      client.worktree.list(),
      client.workstream.list({ all: true }),
    ]);
    const whose = ({ workstreamId, state }: Worktree) => {
      const row = workstreams.find(({ id }) => id === workstreamId);
      return row === undefined ? state : `#${row.number} ${row.name}, ${row.phase}`;
    };
    const lines = found.map((worktree) => {
      const by = worktree.byHand && worktree.workstreamId !== undefined ? " (made by hand)" : "";
      return `${worktree.path}  ${whose(worktree)}${by}  ${worktree.branch ?? "no branch"}  ${sizeText(worktree, now)}`;
    });
    if (lines.length === 0) lines.push("No worktrees. A workstream gets one when it starts: `cox start`.");
    const problems = unlisted.map(({ problem }) => `not listed: ${problem.message} ${problem.next}`);
    const unmeasured = found.length > 0 && found.every(({ size }) => size === undefined);
    const next = unmeasured ? ["next: `cox disk --measure` measures them"] : [];
    return {
      text: clipped([...lines, ...problems, ...next], args.all, see(call, "worktrees", { all: true })),
      data: { worktrees: found, unlisted },
    };
  },
});

function sizeText({ size }: Worktree, now: number): string {
  if (size === undefined) return "not measured";
  const more = size.partial ? "more than " : "";
  const free = size.reclaimable > 0 ? `, ${sizeOnDisk(size.reclaimable)} reclaimable` : "";
  return `${more}${sizeOnDisk(size.bytes)}${free}, ${ago(size.at, now)}`;
}
