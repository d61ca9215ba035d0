import { useEffect, useRef, type ReactNode } from "react";
import { canAct, useApp, useCompare, useEngine } from "../../store/app.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { Placard } from "../../ui/link-banner.tsx";
import { Plain, WithCode } from "../../ui/plain.tsx";
import { Attempts } from "./attempts.tsx";
import { Between } from "./between.tsx";
import "./compare-screen.css";

/** How long what happens to attempts is waited for before they are read again, in milliseconds. */
const settleMs = 500;

/** All attempts at one ticket, side by side, or what differs between two of them. */
export function CompareScreen({ number }: { number: number }): ReactNode {
  const { actions } = useApp();
  const read = useCompare((state) => (state.read?.number === number ? state.read : undefined));
  const problem = useCompare((state) => state.problem);
  const between = useCompare((state) => state.between);
  useFresh(number);
  useEffect(() => actions.leaveBetween, [actions]);
  if (read === undefined) {
    return problem === undefined ? (
      <Placard title="Reading the attempts…" />
    ) : (
      <Placard title={problem.message} alert>
        <p>
          <WithCode text={problem.next} />
        </p>
        <VerbButton label="Read again" onPress={() => void actions.loadComparison(number)} />
      </Placard>
    );
  }
  const { attempts, ticket, leftOut } = read.told;
  return (
    <main className="compare-screen">
      <header className="compare-top">
        <h1>
          <Plain text={ticket.title} />
        </h1>
        <p className="compare-ticket">
          <WithCode text={ticket.body.slice(0, 600)} />
        </p>
        {problem !== undefined && (
          <p className="compare-problem" role="alert">
            <WithCode text={`${problem.message} ${problem.next}`} />
          </p>
        )}
        {leftOut > 0 && <p className="compare-quiet">{leftOut} more that were put away are not shown.</p>}
      </header>
      {between !== undefined ? (
        <Between between={between} attempts={attempts} />
      ) : attempts.length < 2 ? (
        <Alone />
      ) : (
        <Attempts attempts={attempts} />
      )}
    </main>
  );
}

/** What is said where there is nothing to compare with. */
function Alone(): ReactNode {
  const { actions } = useApp();
  const reader = useEngine((state) => state.reader);
  const offline = useEngine((state) => !canAct(state));
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} className="compare-alone" tabIndex={-1}>
      <p>
        <strong>This is the only attempt at its ticket.</strong>{" "}
        <WithCode text="Others begin with the start dialog (attempts: 2 to 8), or on this very ticket with `cox start --ticket KEY --attempts N`." />
      </p>
      {!reader && (
        <VerbButton
          label="Start a workstream"
          command="start"
          tone="primary"
          disabled={offline}
          onPress={() => actions.openOverlay("start")}
        />
      )}
    </div>
  );
}

/** Reads the attempts when the screen opens, and again when something happened to one of them. */
function useFresh(number: number): void {
  const { actions } = useApp();
  const open = useEngine((state) => state.link.kind === "open");
  const key = useEngine((state) => state.fleet.workstreams[idOf(state.fleet.workstreams, number) ?? ""]?.ticket.key);
  const marks = useEngine(({ fleet }) =>
    Object.values(fleet.workstreams)
      .filter(({ ticket }) => ticket.key === key)
      .map(
        ({ id, phase, turns, diff, kept }) => `${id} ${phase} ${String(turns)} ${String(diff?.at)} ${String(kept?.at)}`,
      )
      .join(),
  );
  const first = useRef(true);
  useEffect(() => {
    if (!open) return;
    const timer = setTimeout(() => void actions.loadComparison(number), first.current ? 0 : settleMs);
    first.current = false;
    return () => clearTimeout(timer);
  }, [actions, number, marks, open]);
}

function idOf(rows: Readonly<Record<string, { readonly id: string; readonly number: number }>>, number: number) {
  return Object.values(rows).find((row) => row.number === number)?.id;
}
