import { useEffect, useRef, type ReactNode } from "react";
import { takesWords } from "../../store/abilities.ts";
import { useApp, useEngine, useStandings, useView } from "../../store/app.ts";
import { askLine, type Standing } from "../../store/standing.ts";
import type { Tab } from "../../store/stores.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { Placard } from "../../ui/link-banner.tsx";
import { Ask, useLook } from "../ask.tsx";
import { isAtRest, Rest } from "../rest.tsx";
import { AskRegion } from "./ask-region.tsx";
import { DiffTab, useDiffSoon } from "./diff/diff-tab.tsx";
import { PlanPane } from "./plan-pane.tsx";
import { TerminalTab } from "./terminal-tab.tsx";
import { tabNames, Top } from "./top.tsx";
import { TranscriptTab } from "./transcript-tab.tsx";
import { UsageTab } from "./usage-tab.tsx";
import { Words } from "./words.tsx";
import "./workstream-screen.css";

/** One workstream in full: what was said and done, what it asks, what changed, and words for its author. */
export function WorkstreamScreen({ number, tab }: { number: number; tab: Tab }): ReactNode {
  const { actions } = useApp();
  const home = useView((view) => view.home);
  const standing = useStandings().find(({ workstream }) => workstream.number === number);
  if (standing === undefined) {
    return (
      <Placard title={`There is no workstream ${String(number)} here.`}>
        <p>It may have been put away.</p>
        <VerbButton label="Back" binding="Escape" tone="primary" onPress={() => actions.go(home)} />
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
  const reader = useEngine((state) => state.reader);
  useEffect(() => mirror.watch(id), [mirror, id]);
  useEffect(() => {
    actions.show({ selected: id });
  }, [actions, id]);
  useLook(standing);
  useDiffSoon();

  const screen = useRef<HTMLElement>(null);
  useEffect(() => {
    // The opener is gone with the screen before. Digits answer a question only inside it, so the focus goes there.
    const asks = surfaces.get("ask");
    const panel = screen.current?.querySelector<HTMLElement>("[role=tabpanel]");
    if (asks?.isQuestion === true && tab === "transcript") asks.focus();
    // A terminal takes it as soon as it is there.
    else if (panel?.contains(document.activeElement) === false) panel.focus();
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
          {tab === "terminal" && <TerminalTab workstream={workstream} />}
          {tab === "diff" && <DiffTab workstream={workstream} />}
          {tab === "plan" && <PlanPane workstream={workstream} focusable />}
          {tab === "usage" && <UsageTab workstream={workstream} />}
        </div>
        {tab === "transcript" && (
          <aside className="workstream-side" aria-label="Ticket and plan" tabIndex={0}>
            <PlanPane workstream={workstream} />
          </aside>
        )}
      </div>
      {(request !== undefined || isAtRest(standing)) && (
        <AskRegion tab={tab}>
          {request !== undefined && (
            <Ask key={request.id} workstream={workstream} request={request} waiting={requests.length} />
          )}
          <Rest standing={standing} />
        </AskRegion>
      )}
      {takesWords(workstream) && !reader && <Words workstream={workstream} />}
    </main>
  );
}
