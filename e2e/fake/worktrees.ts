import type { FleetState } from "../../src/contract/states.ts";
import type { DiskUse, Worktree } from "../../src/contract/worktrees.ts";

const at = Date.UTC(2026, 0, 2, 9, 30);
const megabyte = 1_000_000;

/** One of each kind, behind those of the workstreams. */
export function worktreesOf({ projects, workstreams }: FleetState, measured: boolean): Worktree[] {
  const projectId = Object.keys(projects)[0];
  if (projectId === undefined) return [];
  const size = (bytes: number, reclaimable = 0) =>
    measured ? { size: { bytes, reclaimable, partial: false, at } } : {};
  const own = Object.values(workstreams).map((row): Worktree => ({
    projectId,
    path: row.place.path,
    state: "workstream",
    byHand: row.number === 6,
    branch: row.place.branch,
    workstreamId: row.id,
    ...(row.phase === "archived" ? { putAway: row } : {}),
    ...size(row.number * 41 * megabyte, row.number * 30 * megabyte),
  }));
  const others: Worktree[] = [
    {
      projectId,
      path: "/home/ada/code/by hand/rtl-\u202eabc",
      state: "by-hand",
      byHand: true,
      branch: "try/other-cache",
      ...size(12 * megabyte),
    },
    {
      projectId,
      path: "/home/ada/.coxswain/worktrees/p1/.pool/1",
      state: "pool",
      byHand: false,
      ...size(40 * megabyte),
    },
    { projectId, path: "/media/stick/gone", state: "missing", byHand: true, branch: "old/idea" },
  ];
  return [...own, ...others];
}

export function diskUseOf(measured: boolean): DiskUse {
  const free = 3_400 * megabyte;
  const limits = { free, low: 5_000 * megabyte, floor: 1_000 * megabyte };
  if (!measured) return limits;
  const parts = [
    { part: "worktrees" as const, bytes: 4_920 * megabyte },
    { part: "vault" as const, bytes: 120 * megabyte },
    { part: "database" as const, bytes: 38 * megabyte },
  ];
  return { ...limits, measured: { parts, reclaimable: 3_600 * megabyte, partial: false, at } };
}
