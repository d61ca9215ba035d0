import { useEffect, type ReactNode } from "react";
import type { PoolStatus } from "../../../contract/pool.ts";
import { sizeOnDisk } from "../../../contract/size.ts";
import { canAct, useApp, useEngine, useWorktrees } from "../../store/app.ts";
import { poolsOf } from "../../store/worktree-actions.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { Plain } from "../../ui/plain.tsx";

/** How often it is asked while somebody looks, in milliseconds. */
const askMs = 1_500;

/** The worktrees that are made ready for next starts, as they come, and the way to stop that. */
export function Pools(): ReactNode {
  const { actions } = useApp();
  const acting = useEngine(canAct);
  const open = useEngine((state) => state.link.kind === "open");
  const projects = useEngine((state) => state.fleet.projects);
  const all = useWorktrees((state) => state.pools);
  useEffect(() => {
    if (!open) return;
    void actions.readPools();
    const timer = setInterval(() => void actions.readPools(), askMs);
    return () => clearInterval(timer);
  }, [actions, open]);
  const pools = poolsOf({ pools: all });
  if (pools.length === 0) return null;
  const held = pools.some(([, { waiting }]) => waiting === "you");
  const wanting = pools.some(([, pool]) => isWanting(pool));
  return (
    <section className="pools" aria-label="Kept ready for next starts">
      <ul>
        {pools.map(([id, pool]) => (
          <li key={id}>
            {isWanting(pool) && (
              <progress aria-label="Worktrees made ready" max={Math.max(1, pool.wanted)} value={pool.ready} />
            )}
            <span>
              {pool.ready} of {Math.max(pool.wanted, pool.ready)} ready for next starts in{" "}
              <Plain text={projects[id]?.name ?? "a project"} />, {sizeOnDisk(pool.bytes)}
              {isWanting(pool) && `: ${stateWords(pool)}`}
            </span>
          </li>
        ))}
      </ul>
      {acting && (wanting || held) && (
        <VerbButton label={held ? "Go on" : "Stop"} command="hold-pool" onPress={() => void actions.holdPools()} />
      )}
    </section>
  );
}

function isWanting({ ready, wanted, upToDate }: PoolStatus): boolean {
  return ready < wanted || !upToDate;
}

function stateWords({ waiting, ready, wanted }: PoolStatus): string {
  switch (waiting) {
    case undefined:
      return ready < wanted ? "making the next" : "bringing them up to date";
    case "you":
      return "stopped until the next start";
    case "a start":
      return "waits until a start has ended";
    case "a busy machine":
      return "waits for a quieter machine";
    case "a full disk":
      return "waits for room on the disk";
    case "a failed try":
      return "the last could not be made; tried again soon";
  }
}
