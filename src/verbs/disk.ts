import { z } from "zod";
import type { Client } from "../contract/procedures.ts";
import { sizeOnDisk } from "../contract/size.ts";
import type { DiskPart, DiskUse } from "../contract/worktrees.ts";
import { ago } from "./answer.ts";
import { verb } from "./verb.ts";

const names: Readonly<Record<DiskPart, string>> = {
  worktrees: "worktrees",
  "by-hand": "worktrees made by hand",
  pool: "kept ready for next starts",
  vault: "vault",
  database: "database, transcripts in it",
  codex: "Codex",
  logs: "logs",
  scratch: "scratch and caches",
  rest: "all else in the home",
};

/** How often it is told how far it is, in milliseconds. */
const tellEvery = 2_000;

export const disk = verb({
  name: "disk",
  summary: "What takes room on disk, and what can be freed.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "none",
  positional: [],
  args: z.object({ measure: z.boolean().default(false).describe("Measure anew; it may take minutes") }),
  async run({ client, args, now, tell }) {
    const use = args.measure ? await measure(client, tell) : await client.disk.use();
    return { text: lines(use, Math.max(now, use.measured?.at ?? 0)).join("\n"), data: use };
  },
});

async function measure(client: Client, tell: (line: string) => void): Promise<DiskUse> {
  let toldAt = 0;
  for await (const frame of await client.disk.measure()) {
    if (frame.kind === "done") return frame.use;
    if (Date.now() - toldAt < tellEvery) continue;
    toldAt = Date.now();
    tell(`${frame.done} of ${frame.total} folders, ${frame.files} files, ${sizeOnDisk(frame.bytes)}`);
  }
  return client.disk.use();
}

function lines({ free, low, floor, measured }: DiskUse, now: number): string[] {
  const short = free < floor ? ": nothing new is started" : free < low ? ": little" : "";
  const first = `${sizeOnDisk(free)} free${short}`;
  if (measured === undefined) return [first, "not measured yet; `cox disk --measure` does it"];
  const parts = measured.parts
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ part, bytes }) => `${sizeOnDisk(bytes).padStart(9)}  ${names[part]}`);
  const cut = measured.partial ? " There is more than was looked at." : "";
  const reclaimable =
    measured.reclaimable === 0
      ? ""
      : ` ${sizeOnDisk(measured.reclaimable)} can be made again by set-up: \`cox reclaim NAME\` shows and frees it.`;
  return [
    first,
    ...parts,
    `measured ${ago(measured.at, now)}.${cut}${reclaimable}`,
    "`cox pause NAME` frees a whole worktree and keeps its work, `cox delete NAME` frees one that is done.",
  ];
}
