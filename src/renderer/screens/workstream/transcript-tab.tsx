import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import type { Workstream } from "../../../contract/states.ts";
import { isRunning } from "../../store/abilities.ts";
import { useApp, useDetail, useView } from "../../store/app.ts";
import { clock, compact, took } from "../../store/format.ts";
import { FindInTranscript } from "./find-in-transcript.tsx";
import { WithCode } from "../../ui/plain.tsx";
import { Transcript, type TranscriptHandle } from "../../ui/transcript.tsx";

/** What was said and done: the stretch of it that is in memory, and the way to the rest. */
export function TranscriptTab({ workstream }: { workstream: Workstream }): ReactNode {
  const { actions, surfaces, stores } = useApp();
  const { id } = workstream;
  const detail = useDetail((state) => state.details[id]);
  const paging = useDetail((state) => state.paging.has(id));
  const told = useDetail((state) => state.problems[id]);
  const handle = useRef<TranscriptHandle>(null);
  const shown = useShownItem(id);
  const [isFinding, setFinding] = useState(false);
  const [place] = useState(() => (shown === undefined ? stores.places.get(id) : undefined));
  const isKnown = detail !== undefined;
  const [isPlaced, setPlaced] = useState(shown === undefined && place === undefined);
  useEffect(() => {
    if (isKnown && place !== undefined) void actions.loadAround(id, place.ordinal).then(() => setPlaced(true));
  }, [actions, id, isKnown, place]);
  const wanted = shown?.ordinal;
  const times = shown?.times;
  useEffect(() => {
    if (isKnown && wanted !== undefined) void actions.loadAround(id, wanted).then(() => setPlaced(true));
  }, [actions, id, isKnown, wanted, times]);
  // What was read may have changed while nobody told.
  const stale = detail?.stale === true;
  useEffect(() => {
    const here = handle.current?.ordinal();
    if (stale && here !== undefined) void actions.loadAround(id, here);
  }, [actions, id, stale]);

  useEffect(
    () =>
      surfaces.add("transcript", {
        move: (by) => handle.current?.move(by),
        turn: (by) => handle.current?.turn(by),
        toggle: () => handle.current?.toggle(),
        toEnd: () => handle.current?.toEnd(),
        text: () => handle.current?.text(),
        find: () => setFinding(true),
        older: () => void actions.loadOlder(id),
      }),
    [surfaces, actions, id],
  );
  const onOlder = useCallback(() => void actions.loadOlder(id), [actions, id]);
  const onNewer = useCallback(() => void actions.loadNewer(id), [actions, id]);
  const onEnd = useCallback(() => {
    void actions.loadEnd(id).then(() => handle.current?.toEnd());
  }, [actions, id]);
  const onPlace = useCallback(
    (at: { ordinal: number; offset: number } | undefined) => {
      stores.places.set(id, at);
      actions.follow(id, at === undefined);
    },
    [stores, actions, id],
  );

  if (detail === undefined && told !== undefined) {
    return (
      <p className="workstream-quiet" role="alert">
        <WithCode text={`The transcript cannot be read. ${told.message} ${told.next}`} />
      </p>
    );
  }
  if (detail === undefined || !isPlaced) return <p className="workstream-quiet">Reading the transcript…</p>;
  if (detail.items.length === 0) {
    return (
      <p className="workstream-quiet">
        Nothing was said yet. {workstream.reason ?? "Its first turn begins when the worktree is ready."}
      </p>
    );
  }
  const transcript = (
    <Transcript
      items={detail.items}
      turns={detail.turns}
      more={detail.more}
      newer={detail.newer}
      last={detail.last}
      paging={paging}
      running={isRunning(workstream)}
      spent={workstream.spent}
      streams={stores.streams}
      clock={clock}
      took={took}
      compact={compact}
      place={place}
      shown={shown}
      onOlder={onOlder}
      onNewer={onNewer}
      onEnd={onEnd}
      onPlace={onPlace}
      onLeave={actions.leaveItem}
      handle={handle}
    />
  );
  const close = (): void => {
    setFinding(false);
    document.querySelector<HTMLElement>("main [role=tabpanel]")?.focus();
  };
  return (
    <>
      {told !== undefined && (
        <p className="workstream-quiet" role="alert">
          <WithCode text={`What you see is older: ${told.message} ${told.next}`} />
        </p>
      )}
      {isFinding && <FindInTranscript workstream={workstream} last={detail.last} handle={handle} onClose={close} />}
      {transcript}
    </>
  );
}

/** The item that the address names; asked for once more, it is another wish. */
function useShownItem(id: string): { readonly ordinal: number; readonly times: number } | undefined {
  const route = useView((view) => view.route);
  const asked = useView((view) => view.shown);
  const ordinal = route.screen === "workstream" ? route.item : undefined;
  if (ordinal === undefined) return undefined;
  return { ordinal, times: asked?.workstreamId === id && asked.ordinal === ordinal ? asked.times : -ordinal };
}
