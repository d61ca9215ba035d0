import { useEffect, useMemo, useRef, type ReactNode } from "react";
import type { Attempt } from "../../../contract/attempts.ts";
import { useApp, useCompare } from "../../store/app.ts";
import { otherAttempt, selectedAttempt, sharedFiles } from "../../store/compare-store.ts";
import { compact, took } from "../../store/format.ts";
import { standingOf } from "../../store/standing.ts";
import { Command, Name, Plain, WithCode } from "../../ui/plain.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { visible } from "../../ui/visible-text.ts";

/** Files of all attempts that are listed. */
const mostRows = 200;
const mostCommits = 4;

/** A column for each attempt: what it came to and what it cost, then who touched which file. */
export function Attempts({ attempts }: { attempts: readonly Attempt[] }): ReactNode {
  const { actions } = useApp();
  const state = useCompare((compare) => compare);
  const selected = selectedAttempt(state)?.workstream.id;
  const against = state.against === undefined ? undefined : otherAttempt(state)?.workstream.id;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  useEffect(() => {
    box.current?.querySelector("th[data-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [selected]);
  const columns = attempts.map((attempt) => ({ attempt, isSelected: attempt.workstream.id === selected }));
  return (
    <div ref={box} className="compare-box" role="region" aria-label="Attempts" tabIndex={0} data-region>
      <table className="compare">
        <thead>
          <tr>
            <td>
              <span className="unseen">Attempt</span>
            </td>
            {columns.map(({ attempt, isSelected }) => (
              <th
                key={attempt.workstream.id}
                scope="col"
                data-selected={isSelected}
                onClick={() => actions.showCompare({ selected: attempt.workstream.id })}
              >
                <Head attempt={attempt} isMarked={attempt.workstream.id === against} isSelected={isSelected} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, Cell]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {columns.map(({ attempt, isSelected }) => (
                <td key={attempt.workstream.id} data-selected={isSelected}>
                  <Cell attempt={attempt} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <Files attempts={attempts} selected={selected} />
      </table>
    </div>
  );
}

type Cell = (props: { attempt: Attempt }) => ReactNode;

function Head(props: { attempt: Attempt; isMarked: boolean; isSelected: boolean }): ReactNode {
  const { workstream } = props.attempt;
  const { number, name, agent, model, phase, kept } = workstream;
  const { status, still } = standingOf(workstream, [], []);
  return (
    <>
      <span className="compare-name">
        {number}{" "}
        <bdi>
          <Plain text={name} />
        </bdi>
        {props.isSelected && <span className="unseen"> selected</span>}
      </span>
      <span className="compare-by">
        {phase === "archived" ? <span>put away</span> : <StatusMark status={status} still={still} />}
        <span>
          <Plain text={model === undefined ? agent : `${agent} ${model}`} />
        </span>
      </span>
      {kept !== undefined && (
        <span className="compare-kept">
          kept: <Plain text={kept.why} />
        </span>
      )}
      {props.isMarked && <span className="compare-marked">held against</span>}
    </>
  );
}

const Change: Cell = ({ attempt: { problem, added, removed, files, moreFiles, workstream } }) =>
  problem === undefined ? (
    <>
      <span className="added">+{added}</span> <span className="removed">−{removed}</span> in {files.length + moreFiles}{" "}
      {files.length + moreFiles === 1 ? "file" : "files"}
      {workstream.diff?.dirty === true && <span className="compare-quiet">, and work that is not committed</span>}
    </>
  ) : (
    <span className="compare-quiet">
      <Plain text={problem.message} />
    </span>
  );

const Commits: Cell = ({ attempt: { commits, moreCommits } }) =>
  commits.length === 0 ? (
    <span className="compare-quiet">none</span>
  ) : (
    <>
      {commits.length}
      {moreCommits && "+"}
      <ul className="compare-list">
        {commits.slice(0, mostCommits).map(({ id, subject }) => (
          <li key={id} title={visible(subject)}>
            <Plain text={subject} />
          </li>
        ))}
      </ul>
    </>
  );

const Tests: Cell = ({ attempt: { tests } }) =>
  tests.length === 0 ? (
    <span className="compare-quiet">none seen</span>
  ) : (
    <ul className="compare-list">
      {tests.map(({ command, exitCode, times }) => (
        <li key={command} title={`${visible(command)}, ran ${String(times)} times`}>
          <span data-exit={exitCode === undefined ? "none" : exitCode === 0 ? "ok" : "failed"} className="compare-exit">
            {exitCode === undefined ? "no exit code" : `exit ${String(exitCode)}`}
          </span>{" "}
          <Command text={command} />
        </li>
      ))}
    </ul>
  );

const Gates: Cell = ({ attempt: { workstream } }) => {
  const gates = Object.entries(workstream.gates);
  return gates.length === 0 ? (
    <span className="compare-quiet">not judged</span>
  ) : (
    gates.map(([name, { verdict }]) => `${name} ${verdict}`).join(", ")
  );
};

const Said: Cell = ({ attempt: { message } }) =>
  message === undefined ? (
    <span className="compare-quiet">nothing</span>
  ) : (
    <span className="compare-said" dir="auto">
      <WithCode text={message.text.slice(0, 400)} />
    </span>
  );

const rows: readonly (readonly [name: string, cell: Cell])[] = [
  ["Change", Change],
  ["Commits", Commits],
  ["Looks like tests", Tests],
  ["Gates", Gates],
  ["Tokens", ({ attempt: { workstream } }) => compact(workstream.spent.tokens.total)],
  ["At work", ({ attempt: { workstream } }) => took(workstream.spent.minutes * 60_000)],
  [
    "Turns",
    ({ attempt: { workstream } }) => {
      const { turns, rounds } = workstream;
      return rounds === 0 ? String(turns) : `${String(turns)}, the last ${String(rounds)} asked for by gates`;
    },
  ],
  [
    "Your attention",
    ({ attempt: { attention } }) =>
      attention.commands === 0
        ? "none"
        : `${String(attention.commands)} ${attention.commands === 1 ? "command" : "commands"}, ${took(attention.focusedMs)}`,
  ],
  ["Said last", Said],
];

function Files(props: { attempts: readonly Attempt[]; selected: string | undefined }): ReactNode {
  const { attempts, selected } = props;
  const files = useMemo(() => sharedFiles(attempts), [attempts]);
  const groups = Map.groupBy(files.slice(0, mostRows), ({ touched }) => touched);
  const isCut = files.length > mostRows || attempts.some(({ moreFiles }) => moreFiles > 0);
  return (
    <>
      {[...groups].map(([touched, own]) => (
        <tbody key={touched} className="compare-files">
          <tr>
            <th scope="rowgroup" colSpan={attempts.length + 1}>
              {touchedBy(touched, attempts.length)} ({own.length})
            </th>
          </tr>
          {own.map(({ path, by }) => (
            <tr key={path}>
              <th scope="row" title={visible(path)}>
                <Name text={path} />
              </th>
              {by.map((file, at) => (
                <td key={attempts[at]?.workstream.id ?? at} data-selected={attempts[at]?.workstream.id === selected}>
                  {file === undefined ? (
                    <span className="compare-quiet">–</span>
                  ) : file.binary ? (
                    "binary"
                  ) : (
                    <>
                      <span className="added">+{file.added}</span> <span className="removed">−{file.removed}</span>
                    </>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      ))}
      {isCut && (
        <tbody>
          <tr>
            <th scope="rowgroup" colSpan={attempts.length + 1} className="compare-quiet">
              More files than are listed here.
            </th>
          </tr>
        </tbody>
      )}
    </>
  );
}

function touchedBy(touched: number, of: number): string {
  if (touched === of) return of === 2 ? "Files both touched" : `Files all ${String(of)} touched`;
  return touched === 1 ? "Files only one touched" : `Files ${String(touched)} of ${String(of)} touched`;
}
