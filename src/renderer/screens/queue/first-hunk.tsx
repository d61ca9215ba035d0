import { useEffect, useMemo, type ReactNode } from "react";
import type { Workstream } from "../../../contract/states.ts";
import { useApp, useDetail } from "../../store/app.ts";
import { counted } from "../../store/format.ts";
import { firstHunk } from "../../store/last-lines.ts";
import { AsWritten, Name } from "../../ui/plain.tsx";
import { visible } from "../../ui/visible-text.ts";

const settleMs = 150;
const shownLines = 16;
const shownFiles = 6;

/** How much changed, and where it begins: enough to know whether it has to be read whole. */
export function FirstHunk({ workstream }: { workstream: Workstream }): ReactNode {
  const { actions } = useApp();
  const { id, diff } = workstream;
  const measured = diff?.at;
  const state = useDetail((detail) => detail.diffs[id]);
  useEffect(() => {
    const timer = setTimeout(() => void actions.readDiff(id, { since: "base", whitespace: true }), settleMs);
    return () => {
      clearTimeout(timer);
      actions.stopReadingDiff(id);
    };
  }, [actions, id, measured]);
  const read = state?.read;
  const hunk = useMemo(() => (read === undefined ? undefined : firstHunk(read, shownLines)), [read]);
  if (state?.problem !== undefined)
    return <p className="queue-told">The diff cannot be read: {state.problem.message}</p>;
  const files = read?.files ?? [];
  return (
    <section className="queue-hunk" aria-label="What changed">
      <h3>
        <span className="queue-added">+{diff?.added ?? 0}</span>{" "}
        <span className="queue-removed">−{diff?.removed ?? 0}</span> in {counted(diff?.files ?? files.length, "file")},{" "}
        {counted(diff?.commits ?? 0, "commit")}
      </h3>
      <ul>
        {files.slice(0, shownFiles).map(({ path, added, removed }) => (
          <li key={path}>
            <Name text={path} /> <span className="queue-added">+{added ?? 0}</span>{" "}
            <span className="queue-removed">−{removed ?? 0}</span>
          </li>
        ))}
        {files.length > shownFiles && <li>and {files.length - shownFiles} more</li>}
      </ul>
      {hunk !== undefined && (
        <pre aria-label={`First change, in ${visible(hunk.path)}`} tabIndex={0}>
          {hunk.lines.map((line, at) => (
            <span key={at} data-sign={line.startsWith("+") ? "+" : line.startsWith("-") ? "-" : undefined}>
              <AsWritten text={line === "" ? " " : line} />
              {"\n"}
            </span>
          ))}
        </pre>
      )}
    </section>
  );
}
