import { useEffect, useRef, type ReactNode } from "react";
import type { Workstream } from "../../../contract/states.ts";
import { isRunning } from "../../store/abilities.ts";
import { useApp, useDetail } from "../../store/app.ts";
import { clock, took } from "../../store/format.ts";
import { Transcript, type TranscriptHandle } from "../../ui/transcript.tsx";

/** What was said and done, as far as it has been read. */
export function TranscriptTab({ workstream }: { workstream: Workstream }): ReactNode {
  const { actions, surfaces } = useApp();
  const detail = useDetail((state) => state.details[workstream.id]);
  const paging = useDetail((state) => state.paging.has(workstream.id));
  const handle = useRef<TranscriptHandle>(null);
  useEffect(
    () =>
      surfaces.add("transcript", {
        move: (by) => handle.current?.move(by),
        turn: (by) => handle.current?.turn(by),
        toggle: () => handle.current?.toggle(),
        toEnd: () => handle.current?.toEnd(),
        older: () => void actions.loadOlder(workstream.id),
      }),
    [surfaces, actions, workstream.id],
  );
  const told = useDetail((state) => state.problems[workstream.id]);
  if (detail === undefined && told !== undefined) {
    return (
      <p className="workstream-quiet" role="alert">
        The transcript cannot be read. {told.message} {told.next}
      </p>
    );
  }
  if (detail === undefined) return <p className="workstream-quiet">Reading the transcript…</p>;
  if (detail.items.length === 0) {
    return (
      <p className="workstream-quiet">
        Nothing was said yet. {workstream.reason ?? "Its first turn begins when the worktree is ready."}
      </p>
    );
  }
  return (
    <Transcript
      items={detail.items}
      turns={workstream.turns}
      more={detail.more}
      paging={paging}
      running={isRunning(workstream)}
      clock={clock}
      took={took}
      onOlder={() => void actions.loadOlder(workstream.id)}
      handle={handle}
    />
  );
}
