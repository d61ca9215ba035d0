import { useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import type { Workstream } from "../../../contract/states.ts";
import { useApp } from "../../store/app.ts";
import { FindBar } from "../../ui/find-bar.tsx";
import type { TranscriptHandle } from "../../ui/transcript.tsx";

/** Looks through the whole transcript, also what is not in memory, and goes to what it finds. */
export function FindInTranscript(props: {
  workstream: Workstream;
  last: number;
  handle: RefObject<TranscriptHandle | null>;
  onClose: () => void;
}): ReactNode {
  const { workstream, last, handle, onClose } = props;
  const { actions } = useApp();
  const [text, setText] = useState("");
  const [status, setStatus] = useState("");
  const search = useRef<AbortController>(undefined);
  /** Where it was found last: the next one is looked for from there. */
  const found = useRef<number>(undefined);
  useEffect(() => () => search.current?.abort(), []);

  async function find(way: "older" | "newer"): Promise<void> {
    if (text === "") return;
    search.current?.abort();
    const { signal } = (search.current = new AbortController());
    const from = found.current ?? (way === "older" ? last + 1 : (handle.current?.ordinal() ?? 0));
    setStatus("Looking…");
    const at = await actions.findInTranscript(workstream.id, { text, from, way }, signal, (to) =>
      setStatus(`Looked as far as item ${String(to)}…`),
    );
    if (signal.aborted) return;
    if (at === undefined) {
      setStatus(way === "older" ? "Nothing older has it." : "Nothing newer has it.");
      return;
    }
    found.current = at;
    setStatus(`Item ${String(at)} of ${String(last)}.`);
    actions.showItem(workstream, at);
  }

  return (
    <FindBar
      text={text}
      status={status}
      onText={(next) => {
        search.current?.abort();
        found.current = undefined;
        setStatus("");
        setText(next);
      }}
      onFind={(way) => void find(way)}
      onClose={onClose}
    />
  );
}
