import type { Workstream } from "../../contract/states.ts";

/** What hooks, commands and terminals are told of the workstream they run in. Ports are a range reserved for it alone. */
export function workstreamEnv(row: Workstream): Record<string, string> {
  return {
    COXSWAIN_WORKSTREAM: row.id,
    COXSWAIN_BRANCH: row.place.branch,
    ...(row.ports === undefined
      ? {}
      : {
          PORT: String(row.ports.first),
          COXSWAIN_PORT_FIRST: String(row.ports.first),
          COXSWAIN_PORT_COUNT: String(row.ports.count),
        }),
  };
}
