import { useEffect, useRef, type ReactNode } from "react";
import type { Workstream } from "../../../contract/states.ts";
import { composerDraft } from "../../store/actions.ts";
import { useApp, useDetail, useDraft, useEngine, useStandings, useView } from "../../store/app.ts";
import { ageInWords, clock, compact, took } from "../../store/format.ts";
import { askLine, type Standing } from "../../store/standing.ts";
import { tabs, type Tab } from "../../store/stores.ts";
import { Composer } from "../../ui/composer.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Placard } from "../../ui/link-banner.tsx";
import { Command, MiddleEllipsis, Plain } from "../../ui/plain.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { Transcript, type TranscriptHandle } from "../../ui/transcript.tsx";
import { Ask, useLook } from "../ask.tsx";
import { useNow } from "../use-now.ts";
import { DiffTab } from "./diff-tab.tsx";
import { PlanPane } from "./plan-pane.tsx";
import "./workstream-screen.css";

/** One workstream in full: what was said and done, what it asks, what changed, and words for its author. */
export function WorkstreamScreen({ number, tab }: { number: number; tab: Tab }): ReactNode {
  const { actions } = useApp();
  const standing = useStandings().find(({ workstream }) => workstream.number === number);
  if (standing === undefined) {
    return (
      <Placard title={`There is no workstream ${String(number)} here.`}>
        <p>It may have been put away.</p>
        <VerbButton
          label="Back to the grid"
          binding="Escape"
          tone="primary"
          onPress={() => actions.go({ screen: "grid" })}
        />
      </Placard>
    );
  }
  return <Open key={standing.workstream.id} standing={standing} tab={tab} />;
}

function Open({ standing, tab }: { standing: Standing; tab: Tab }): ReactNode {
  const { mirror, surfaces, actions } = useApp();
  const { workstream, requests } = standing;
  const { id } = workstream;
  const request = requests[0];
  useEffect(() => mirror.watch(id), [mirror, id]);
  useEffect(() => {
    actions.show({ selected: id });
  }, [actions, id]);
  useLook(standing);

  const screen = useRef<HTMLElement>(null);
  useEffect(() => {
    // The opener is gone with the screen before. Digits answer a question only inside it, so the focus goes there.
    const asks = surfaces.get("ask");
    if (asks?.isQuestion === true && tab === "transcript") asks.focus();
    else screen.current?.querySelector<HTMLElement>("[role=tabpanel]")?.focus();
  }, [surfaces, id, tab]);

  const asked = request === undefined ? "" : `${workstream.name} asks: ${askLine(request)}`;
  useEffect(() => {
    if (asked !== "") actions.show({ announcement: asked });
  }, [actions, asked]);

  return (
    <main ref={screen} className="workstream">
      <Top standing={standing} tab={tab} />
      <div className="workstream-body">
        <div className="workstream-main" role="tabpanel" aria-label={tabNames[tab]} data-region="view" tabIndex={-1}>
          {tab === "transcript" && <TranscriptTab workstream={workstream} />}
          {tab === "diff" && <DiffTab workstream={workstream} />}
          {tab === "plan" && <PlanPane workstream={workstream} focusable />}
        </div>
        {tab === "transcript" && (
          <aside className="workstream-side" aria-label="Ticket and plan" tabIndex={0}>
            <PlanPane workstream={workstream} />
          </aside>
        )}
      </div>
      {request !== undefined && (
        <div data-region="ask" tabIndex={-1}>
          <Ask key={request.id} workstream={workstream} request={request} waiting={requests.length} />
        </div>
      )}
      <Words workstream={workstream} />
    </main>
  );
}

const tabNames: Readonly<Record<Tab, string>> = { transcript: "Transcript", diff: "Diff", plan: "Ticket & plan" };

function Top({ standing, tab }: { standing: Standing; tab: Tab }): ReactNode {
  const { actions } = useApp();
  const { workstream, status, since, line } = standing;
  const now = useNow();
  const { diff, place } = workstream;
  return (
    <header className="workstream-top">
      <div className="workstream-title">
        <span className="workstream-number">{workstream.number}</span>
        <h1>
          <MiddleEllipsis text={workstream.name} />
        </h1>
        <StatusMark status={status} />
        <span className="workstream-line" title={line}>
          <Plain text={line} />
        </span>
        <span className="workstream-facts">
          <span title={`${status} for ${ageInWords(Math.max(0, now - since))}`}>
            {ageInWords(Math.max(0, now - since))}
          </span>
          <span>t{workstream.turns}</span>
          <span title={`${String(workstream.spent.tokens.total)} tokens`}>{tokens(workstream)}</span>
          {diff !== undefined && (
            <span>
              <span className="added">+{diff.added}</span> <span className="removed">−{diff.removed}</span>
            </span>
          )}
          <span className="workstream-branch" title={`branch ${place.branch}`}>
            <Command text={place.branch} />
          </span>
        </span>
      </div>
      {workstream.confinement === "none" && (
        <p className="workstream-warning">
          Nothing confines this agent on this machine: it can reach whatever you can.
        </p>
      )}
      <div className="tabs" role="tablist" aria-label="Views of this workstream">
        {tabs.map((name, at) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={name === tab}
            tabIndex={name === tab ? 0 : -1}
            onClick={() => actions.go({ screen: "workstream", number: workstream.number, tab: name })}
          >
            <kbd className="keys">{at + 1}</kbd> {tabNames[name]}
          </button>
        ))}
      </div>
    </header>
  );
}

function tokens({ spent, budget }: Workstream): string {
  const total = compact(spent.tokens.total);
  return budget.tokens === undefined ? total : `${total}/${compact(budget.tokens)}`;
}

function TranscriptTab({ workstream }: { workstream: Workstream }): ReactNode {
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

function isRunning({ turn }: Workstream): boolean {
  return turn?.status === "running" || turn?.status === "sending";
}

const deliveries = { now: "on its way", next: "next turn", interrupt: "after the interrupt" } as const;

function Words({ workstream }: { workstream: Workstream }): ReactNode {
  const { actions, surfaces, stores } = useApp();
  const key = composerDraft(workstream.id);
  const text = useDraft(key);
  const offline = useEngine((state) => state.link.kind !== "open");
  const words = useEngine((state) => state.fleet.words);
  const region = useView((view) => view.region);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => surfaces.add("composer", { focus: () => field.current?.focus() }), [surfaces]);
  return (
    <div data-region="composer" tabIndex={-1}>
      <Composer
        text={text}
        name={workstream.name}
        running={isRunning(workstream)}
        offline={offline}
        waiting={Object.values(words)
          .filter((one) => one.workstreamId === workstream.id && one.from.kind === "human")
          .map((one) => ({ id: one.id, text: one.text, when: deliveries[one.when] }))}
        fieldRef={field}
        onText={(next) => actions.setDraft(key, next)}
        onSend={(when) => void actions.steer(workstream, stores.draft.getState().drafts[key] ?? "", when, key)}
        onRegion={(inside) => {
          const wanted = inside ? "composer" : undefined;
          if (region !== wanted) actions.show({ region: wanted });
        }}
      />
    </div>
  );
}
