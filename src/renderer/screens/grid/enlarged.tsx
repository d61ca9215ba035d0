import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import type { Workstream } from "../../../contract/states.ts";
import { useApp, useDetail, useEngine, useGrid } from "../../store/app.ts";
import type { Standing } from "../../store/standing.ts";
import { Keys } from "../../ui/kbd.tsx";
import { AskLine, MiddleEllipsis, Plain, WithCode } from "../../ui/plain.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { StepIcon } from "../../ui/step-icon.tsx";
import { useNow } from "../use-now.ts";
import { factsInWords } from "./facts-in-words.ts";
import "./enlarged.css";

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const widest = 720;
const highest = 400;
const mostSteps = 7;
const mostFiles = 9;

/** A tile that has grown over its neighbours, which stay where they are: more of what it does, or what its numbers mean. */
export function Enlarged({
  standing,
  words,
  unread,
}: {
  standing: Standing;
  words: boolean;
  unread: string | undefined;
}): ReactNode {
  const { workstream, status, still } = standing;
  const box = useRef<HTMLElement>(null);
  const [place, setPlace] = useState<Place>();
  useLayoutEffect(() => {
    const cell = box.current?.parentElement;
    const tiles = cell?.parentElement;
    if (cell == null || tiles == null) return undefined;
    const grow = (): void => setPlace(placeOver(cell, tiles));
    grow();
    const size = new ResizeObserver(grow);
    size.observe(tiles);
    return () => size.disconnect();
  }, []);
  return (
    <section
      ref={box}
      className="enlarged"
      aria-label={words ? "What its numbers mean" : "Enlarged"}
      data-status={status}
      style={place}
    >
      <header className="enlarged-head">
        <span className="enlarged-number">{workstream.number}</span>
        <h2>
          <MiddleEllipsis text={workstream.name} />
        </h2>
        <StatusMark status={status} still={still} />
        <span className="enlarged-keys">
          <Keys binding="Escape" />
        </span>
      </header>
      <p className="enlarged-title">
        <WithCode text={workstream.ticket.title} />
      </p>
      {words ? <Meaning standing={standing} unread={unread} /> : <More standing={standing} />}
    </section>
  );
}

/** As large as there is room for, over its own tile and inside what is seen of the grid. */
function placeOver(cell: HTMLElement, tiles: HTMLElement): Place {
  const width = Math.min(Math.max(cell.offsetWidth, widest), tiles.clientWidth);
  const height = Math.min(Math.max(cell.offsetHeight, highest), tiles.clientHeight);
  const within = (wanted: number, from: number, to: number): number => Math.max(from, Math.min(wanted, to));
  const { scrollTop } = tiles;
  return {
    width,
    height,
    left: within(cell.offsetLeft, 0, tiles.clientWidth - width),
    top: within(cell.offsetTop, scrollTop, scrollTop + tiles.clientHeight - height),
  };
}

function Meaning({ standing, unread }: { standing: Standing; unread: string | undefined }): ReactNode {
  const fleet = useEngine((state) => state.fleet);
  const now = useNow();
  return (
    <dl className="enlarged-facts">
      {factsInWords(standing, fleet, unread, now).map(({ name, words }, at) => (
        <div key={at}>
          <dt>{name}</dt>
          <dd>
            <Plain text={words} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function More({ standing }: { standing: Standing }): ReactNode {
  const { workstream, line, attention } = standing;
  const { id } = workstream;
  const { mirror, actions } = useApp();
  useEffect(() => mirror.watch(id), [mirror, id]);
  const measured = workstream.diff?.at;
  useEffect(() => void actions.loadFiles(id), [actions, id, measured]);
  const told = useEngine((state) => state.lines[id]);
  const asks = new Set(attention.map(({ ask }) => ask));
  const lines = [...new Set([...(told ?? []), line])].filter((text) => !asks.has(text));
  return (
    <div className="enlarged-body">
      <section aria-label="Last lines" className="enlarged-lines">
        <h3>now</h3>
        {attention.map((item) => (
          <p key={item.id} className="enlarged-ask">
            <AskLine kind={item.kind} text={item.ask} />
          </p>
        ))}
        <ol>
          {lines.toReversed().map((text, at) => (
            <li key={at}>
              <WithCode text={text} />
            </li>
          ))}
        </ol>
      </section>
      <div className="enlarged-side">
        <Steps id={id} />
        <Files workstream={workstream} />
      </div>
    </div>
  );
}

/** Around the step that runs, so that it is always seen. */
function Steps({ id }: { id: string }): ReactNode {
  const plan = useDetail((state) => state.details[id]?.plan);
  const known = useDetail((state) => state.details[id] !== undefined || state.problems[id] !== undefined);
  if (plan === undefined || plan.length === 0) {
    return <section aria-label="Plan">{known && <p className="enlarged-none">It has told no plan.</p>}</section>;
  }
  const running = plan.findIndex(({ status }) => status === "running");
  const from = Math.max(0, Math.min(running - 2, plan.length - mostSteps));
  const shown = plan.slice(from, from + mostSteps);
  return (
    <section aria-label="Plan">
      <h3>
        plan · {plan.filter(({ status }) => status === "done").length} of {plan.length} done
      </h3>
      <ol>
        {shown.map((step, at) => (
          <li key={at} data-status={step.status} className="enlarged-step">
            <StepIcon status={step.status} /> <span>{<WithCode text={step.text} />}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Files({ workstream }: { workstream: Workstream }): ReactNode {
  const files = useGrid((grid) => (grid.files?.id === workstream.id ? grid.files.all : undefined));
  const problem = useGrid((grid) => grid.filesProblem);
  const count = files?.length ?? workstream.diff?.files ?? 0;
  const more = count - mostFiles;
  return (
    <section aria-label="Files changed">
      <h3>{count === 1 ? "1 file changed" : `${String(count)} files changed`}</h3>
      {problem !== undefined && files === undefined && (
        <p className="enlarged-none">
          <Plain text={problem.message} />
        </p>
      )}
      <ul>
        {files?.slice(0, mostFiles).map((file) => (
          <li key={file.path} className="enlarged-file">
            <MiddleEllipsis text={file.path} />
            <span className="added">+{file.added}</span> <span className="removed">−{file.removed}</span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="enlarged-none">and {more} more</p>}
    </section>
  );
}
