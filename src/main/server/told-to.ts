import type { Principal } from "../../contract/principals.ts";
import type { Workstream } from "../../contract/states.ts";

/** A row as a principal may read it: a workstream learns of itself and its base, and not what its siblings change. */
export function toldTo(principal: Principal, row: Workstream): Workstream {
  if (principal.kind !== "workstream" || row.forecast === undefined) return row;
  const { moreOverlaps: _theirs, ...forecast } = row.forecast;
  return { ...row, forecast: { ...forecast, overlaps: [] } };
}
