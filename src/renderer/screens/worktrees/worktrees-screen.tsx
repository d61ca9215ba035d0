import { useEffect, useRef, type ReactNode } from "react";
import { sizeOnDisk } from "../../../contract/size.ts";
import type { DiskPart, DiskUse, Worktree, WorktreeState } from "../../../contract/worktrees.ts";
import { canAct, useApp, useEngine, useStandings, useView, useWorktrees, workstreamOf } from "../../store/app.ts";
import { clock } from "../../store/format.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { Placard } from "../../ui/link-banner.tsx";
import { Name, Plain, WithCode } from "../../ui/plain.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { visible } from "../../ui/visible-text.ts";
import { StartVerb } from "../frame.tsx";
import { Pools } from "./pools.tsx";
import "./worktrees-screen.css";

/** How long what happens in the fleet is waited for before the list is read again, in milliseconds. */
const settleMs = 400;

/** Every worktree of every project, whose it is, what it takes on disk, and what of that can be freed. */
export function WorktreesScreen(): ReactNode {
  const { actions } = useApp();
  const all = useWorktrees((state) => state.all);
  const problem = useWorktrees((state) => state.problem);
  useFreshList();
  if (all === undefined) {
    return problem === undefined ? (
      <Placard title="Reading the worktrees…" />
    ) : (
      <Placard title={problem.message} alert>
        <p>
          <WithCode text={problem.next} />
        </p>
        <VerbButton label="Read again" onPress={() => void actions.listWorktrees()} />
      </Placard>
    );
  }
  return (
    <main className="worktrees-screen">
      <h1 className="unseen">Worktrees</h1>
      {problem !== undefined && (
        <p className="worktrees-problem" role="alert">
          <WithCode text={`What you see is older: ${problem.message} ${problem.next}`} />
        </p>
      )}
      <Disk />
      <Pools />
      {all.length === 0 ? <Empty /> : <List all={all} />}
    </main>
  );
}

/** Reads the list when the screen opens, and again when something happened to a workstream. */
function useFreshList(): void {
  const { actions } = useApp();
  const workstreams = useEngine((state) => state.fleet.workstreams);
  const open = useEngine((state) => state.link.kind === "open");
  useEffect(() => {
    if (!open) return;
    const timer = setTimeout(() => void actions.listWorktrees(), settleMs);
    return () => clearTimeout(timer);
  }, [actions, workstreams, open]);
}

function Empty(): ReactNode {
  const reader = useEngine((state) => state.reader);
  return (
    <Placard title="No worktrees yet.">
      <p>
        <WithCode text="A workstream gets one when it starts. Those you make with `git worktree add` are shown here too." />
      </p>
      {!reader && <StartVerb />}
    </Placard>
  );
}

const partNames: Readonly<Record<DiskPart, string>> = {
  worktrees: "worktrees",
  "by-hand": "made by hand",
  pool: "kept ready",
  vault: "vault",
  database: "database",
  codex: "Codex",
  logs: "logs",
  scratch: "scratch and caches",
  rest: "all else",
};

function Disk(): ReactNode {
  const { actions } = useApp();
  const use = useWorktrees((state) => state.use);
  const progress = useWorktrees((state) => state.progress);
  const reader = useEngine((state) => state.reader);
  const offline = useEngine((state) => !canAct(state));
  const unlisted = useWorktrees((state) => state.unlisted);
  return (
    <section className="disk" aria-label="Disk">
      {use !== undefined && <Use use={use} />}
      {progress === undefined ? (
        !reader && (
          <VerbButton label="Measure" command="measure" disabled={offline} onPress={() => void actions.measureDisk()} />
        )
      ) : (
        <div className="disk-progress">
          <progress
            aria-label="Folders measured"
            max={Math.max(1, progress.total)}
            value={progress.total === 0 ? undefined : progress.done}
          />
          <span>
            {progress.done} of {progress.total} folders, {sizeOnDisk(progress.bytes)}
          </span>
          <VerbButton label="Cancel" binding="Escape" onPress={actions.stopMeasuring} />
        </div>
      )}
      {unlisted.map(({ projectId, problem }) => (
        <p key={projectId} className="disk-problem">
          <WithCode text={`${problem.message} ${problem.next}`} />
        </p>
      ))}
    </section>
  );
}

function Use({ use: { free, low, floor, measured } }: { use: DiskUse }): ReactNode {
  const tone = free < floor ? "blocked" : free < low ? "asks" : "quiet";
  return (
    <>
      <p className="disk-free" data-tone={tone}>
        <strong>{sizeOnDisk(free)} free</strong>
        {free < floor ? ": nothing new is started" : free < low ? ": little" : ""}
      </p>
      {measured === undefined ? (
        <p className="disk-parts">Not measured yet.</p>
      ) : (
        <p className="disk-parts">
          {measured.parts
            .filter(({ bytes }) => bytes > 0)
            .toSorted((a, b) => b.bytes - a.bytes)
            .map(({ part, bytes }) => `${partNames[part]} ${sizeOnDisk(bytes)}`)
            .join(" · ")}
          {` · reclaimable ${sizeOnDisk(measured.reclaimable)} · measured at ${clock(measured.at)}`}
          {measured.partial && ", not all of it"}
        </p>
      )}
    </>
  );
}

function List({ all }: { all: readonly Worktree[] }): ReactNode {
  const { actions } = useApp();
  const chosen = useView((view) => view.worktree);
  const list = useRef<HTMLUListElement>(null);
  const at = Math.max(
    0,
    all.findIndex(({ path }) => path === chosen),
  );
  useEffect(() => {
    list.current?.focus();
  }, []);
  useEffect(() => {
    // Newer browsers answer a promise, which an effect may not return.
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  return (
    <>
      <div className="worktree-row worktree-heads" aria-hidden="true">
        <span>State</span>
        <span>Worktree</span>
        <span>Branch</span>
        <span>Size</span>
        <span>Reclaimable</span>
      </div>
      <ul
        ref={list}
        className="worktree-list"
        role="listbox"
        aria-label="Worktrees"
        tabIndex={0}
        data-region
        aria-activedescendant={`worktree-${String(at)}`}
      >
        {all.map((worktree, index) => (
          <Row
            key={worktree.path}
            id={`worktree-${String(index)}`}
            worktree={worktree}
            selected={index === at}
            onSelect={() => actions.show({ worktree: worktree.path })}
          />
        ))}
      </ul>
    </>
  );
}

const stateWords: Readonly<Record<WorktreeState, string>> = {
  workstream: "workstream",
  pool: "kept ready",
  "by-hand": "by hand",
  missing: "missing",
  unfinished: "unfinished",
  unregistered: "unregistered",
};

function Row(props: { id: string; worktree: Worktree; selected: boolean; onSelect: () => void }): ReactNode {
  const { id, worktree, selected, onSelect } = props;
  const { path, state, byHand, branch, size, workstreamId } = worktree;
  const workstream = useEngine(({ fleet }) => workstreamOf(fleet, worktree));
  const standing = useStandings().find((one) => one.workstream.id === workstreamId);
  const project = useEngine(({ fleet }) => fleet.projects[worktree.projectId]?.name);
  return (
    <li id={id} role="option" aria-selected={selected} className="worktree-row" data-state={state} onClick={onSelect}>
      <span className="worktree-state">
        {standing === undefined ? (workstream?.phase ?? stateWords[state]) : <StatusMark status={standing.status} />}
        {byHand && workstreamId !== undefined && <span className="worktree-hand"> by hand</span>}
      </span>
      <span className="worktree-name">
        {workstream === undefined ? (
          <span className="worktree-project">{project !== undefined && <Plain text={project} />}</span>
        ) : (
          <strong>
            {workstream.number} <Plain text={workstream.name} />
          </strong>
        )}
        <span className="worktree-path" title={visible(path)}>
          <Name text={path} />
        </span>
      </span>
      <span className="worktree-branch">{branch === undefined ? "no branch" : <Name text={branch} />}</span>
      <span className="worktree-size">{size === undefined ? "–" : sizeText(size)}</span>
      <span className="worktree-size">
        {size === undefined || size.reclaimable === 0 ? "–" : sizeOnDisk(size.reclaimable)}
      </span>
    </li>
  );
}

function sizeText({ bytes, partial }: NonNullable<Worktree["size"]>): string {
  return partial ? `> ${sizeOnDisk(bytes)}` : sizeOnDisk(bytes);
}
