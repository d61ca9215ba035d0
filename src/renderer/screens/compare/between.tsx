import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { Attempt } from "../../../contract/attempts.ts";
import { useApp, useView } from "../../store/app.ts";
import type { BetweenState } from "../../store/compare-store.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import type { DiffHandle, DiffStand } from "../../ui/diff/diff-view.tsx";
import { Plain, WithCode } from "../../ui/plain.tsx";

const DiffView = lazy(async () => ({ default: (await import("../../ui/diff/diff-view.tsx")).DiffView }));
const none: ReadonlySet<string> = new Set();

/** What differs between what two attempts committed. */
export function Between(props: { between: BetweenState; attempts: readonly Attempt[] }): ReactNode {
  const { between, attempts } = props;
  const { of, to, read, problem } = between;
  const { actions, surfaces } = useApp();
  const style = useView((view) => view.diffStyle);
  const handle = useRef<DiffHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const [folds, setFolds] = useState<ReadonlySet<string>>(none);
  useEffect(() => box.current?.focus(), []);
  useEffect(() => surfaces.add("between", { change: (by) => handle.current?.change(by) }), [surfaces]);
  const files = useMemo(
    () => (read?.files ?? []).map((file) => ({ file, patch: read?.patches.get(file.path) })),
    [read],
  );
  const onPlace = useCallback(
    ({ path, line, file, files: count }: DiffStand) =>
      actions.show({ announcement: `File ${String(file)} of ${String(count)}, ${path}, line ${String(line)}` }),
    [actions],
  );
  const onFold = useCallback(
    (path: string) =>
      setFolds((before) =>
        before.has(path) ? new Set([...before].filter((each) => each !== path)) : new Set([...before, path]),
      ),
    [],
  );
  return (
    <section ref={box} className="compare-between" aria-label="What differs" tabIndex={-1} data-region>
      <p className="compare-between-top">
        From <Named attempts={attempts} id={of} /> to <Named attempts={attempts} id={to} />, what is committed.
        <VerbButton label="Back to the figures" binding="Escape" onPress={actions.leaveBetween} />
      </p>
      {problem !== undefined ? (
        <p className="compare-problem" role="alert">
          <WithCode text={`${problem.message} ${problem.next}`} />
        </p>
      ) : read === undefined ? (
        <p className="compare-quiet">Reading what differs…</p>
      ) : read.whole && files.length === 0 ? (
        <p className="compare-quiet">Nothing differs between them.</p>
      ) : (
        <div className="compare-diff">
          {read.truncated && <p className="compare-quiet">There is more than is shown at once: its end is missing.</p>}
          <Suspense fallback={<p className="compare-quiet">Preparing the view…</p>}>
            <DiffView
              files={files}
              style={style}
              folded={folds}
              viewed={none}
              annotations={[]}
              handle={handle}
              onPlace={onPlace}
              onFold={onFold}
            />
          </Suspense>
        </div>
      )}
    </section>
  );
}

function Named({ attempts, id }: { attempts: readonly Attempt[]; id: string }): ReactNode {
  const workstream = attempts.find((attempt) => attempt.workstream.id === id)?.workstream;
  if (workstream === undefined) return "one that is gone";
  return (
    <strong>
      {workstream.number}{" "}
      <bdi>
        <Plain text={workstream.name} />
      </bdi>
    </strong>
  );
}
