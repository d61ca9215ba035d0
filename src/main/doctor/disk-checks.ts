import type { Check } from "../../contract/check.ts";
import type { PoolStatus } from "../../contract/pool.ts";
import { sizeOnDisk } from "../../contract/size.ts";
import type { FleetState } from "../../contract/states.ts";
import type { DiskUse, Worktree } from "../../contract/worktrees.ts";
import type { DiskMeasure } from "../disk-use.ts";

/** Measuring a large home takes minutes; so long it is waited for, in milliseconds. */
const measureMs = 5_000;

export async function checkDisk(disk: Pick<DiskMeasure, "list" | "measure">, state: FleetState): Promise<Check[]> {
  const use = await disk.measure(() => undefined, AbortSignal.timeout(measureMs));
  const { worktrees } = await disk.list();
  return judgeDisk(use, worktrees, state);
}

export function judgeDisk(use: DiskUse, worktrees: readonly Worktree[], state: FleetState): Check[] {
  const free = judgeFree(use);
  if (use.measured === undefined) {
    return [
      free,
      { name: "disk", state: "ok", says: "what takes room was not measured in time; `cox disk --measure` does it" },
    ];
  }
  const { parts, reclaimable, partial } = use.measured;
  const all = parts.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
  const total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  const each = all.map(({ part, bytes }) => `${part} ${sizeOnDisk(bytes)}`).join(", ");
  const known = partial ? "at least " : "";
  const found: Check[] = [free, { name: "disk", state: "ok", says: `${known}${sizeOnDisk(total)} used: ${each}` }];
  const largest = largestOf(worktrees, state);
  if (largest !== "") found.push({ name: "disk", state: "ok", says: `largest worktrees: ${largest}` });
  if (reclaimable > 0) {
    found.push({
      name: "disk",
      state: "ok",
      says: `${sizeOnDisk(reclaimable)} can be freed and made again; \`cox disk\` says where`,
    });
  }
  return found;
}

function largestOf(worktrees: readonly Worktree[], { workstreams }: FleetState): string {
  return worktrees
    .flatMap(({ size: measured, workstreamId, path }) =>
      measured === undefined ? [] : [{ measured, workstreamId, path }],
    )
    .sort((a, b) => b.measured.bytes - a.measured.bytes)
    .slice(0, 3)
    .map(({ measured, workstreamId, path }) => {
      const row = workstreamId === undefined ? undefined : workstreams[workstreamId];
      return `${row === undefined ? path : `#${row.number} ${row.name}`} ${sizeOnDisk(measured.bytes)}`;
    })
    .join(", ");
}

export function judgeFree({ free, low, floor }: Pick<DiskUse, "free" | "low" | "floor">): Check {
  const says = `${sizeOnDisk(free)} free`;
  const next = "cox disk";
  if (free < floor) return { name: "disk", state: "wrong", says: `${says}: nothing new is started`, next };
  return free < low ? { name: "disk", state: "warning", says, next } : { name: "disk", state: "ok", says };
}

export function judgePool(pool: PoolStatus & { readonly project: string }): Check {
  const { project, ready, wanted, bytes, base, lastRefill, waiting } = pool;
  const cost = lastRefill === undefined ? "" : `; the last took ${Math.round(lastRefill.cpuMs)} ms of CPU`;
  const says = `${ready} of ${wanted} ready for ${project} at ${base}, ${sizeOnDisk(bytes)}${cost}`;
  if (waiting !== "a full disk") return { name: "warm", state: "ok", says };
  return {
    name: "warm",
    state: "warning",
    says: `${says}; no more are made while the disk is this full`,
    next: "cox disk; or set `coxswain.warm_worktrees: 0` in WORKFLOW.md, and starts take longer",
  };
}
