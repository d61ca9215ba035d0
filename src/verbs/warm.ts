import { z } from "zod";
import type { PoolStatus } from "../contract/pool.ts";
import { sizeOnDisk } from "../contract/size.ts";
import { verb } from "./verb.ts";

export const warm = verb({
  name: "warm",
  summary: "What is kept ready for next starts; stops making it until the next one, or goes on.",
  callers: ["human"],
  readOnly: false,
  about: "none",
  positional: [],
  args: z.object({
    stop: z.boolean().default(false).describe("Make no more until the next start"),
    go: z.boolean().default(false).describe("Go on making them"),
  }),
  async run({ client, args }) {
    if (args.stop || args.go) {
      await client.worktree.refill({ on: args.go });
      const text = args.go ? "They are made again." : "No more are made until the next start, or `cox warm --go`.";
      return { text, data: { on: args.go } };
    }
    const projects = await client.project.list();
    const pools = await Promise.all(
      projects.map(async ({ id, name }) => ({ name, ...(await client.project.pool({ projectId: id })) })),
    );
    const text = pools.map(({ name, pool }) => `${name}: ${poolText(pool)}`).join("\n");
    return { text: text === "" ? "No project is open." : text, data: pools };
  },
});

function poolText(pool: PoolStatus | undefined): string {
  if (pool === undefined) return "not looked at yet";
  const { ready, wanted, bytes, base, waiting } = pool;
  const why = waiting === undefined ? "" : `; waits for ${waiting}`;
  return `${ready} of ${wanted} ready at ${base}, ${sizeOnDisk(bytes)}${ready < wanted ? why : ""}`;
}
