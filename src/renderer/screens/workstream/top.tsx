import type { ReactNode } from "react";
import type { Workstream } from "../../../contract/states.ts";
import { takesWords } from "../../store/abilities.ts";
import { canAct, useApp, useEngine, useView } from "../../store/app.ts";
import { ageInWords, compact } from "../../store/format.ts";
import type { Standing } from "../../store/standing.ts";
import { tabs, type Tab } from "../../store/stores.ts";
import { KeysOf, VerbButton } from "../../ui/kbd.tsx";
import { AsWritten, MiddleEllipsis, Name, WithCode } from "../../ui/plain.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { rests } from "../rest.tsx";
import { useForecastWords } from "../use-forecast-words.ts";
import { useNow } from "../use-now.ts";
import { visible } from "../../ui/visible-text.ts";
import "./top.css";

export const tabNames: Readonly<Record<Tab, string>> = {
  transcript: "Transcript",
  terminal: "Terminal",
  diff: "Diff",
  plan: "Ticket & plan",
  usage: "Usage",
};

/** The strip of one workstream, and the views it has. */
export function Top({ standing, tab }: { standing: Standing; tab: Tab }): ReactNode {
  const { actions } = useApp();
  const { workstream, status, still, since, line } = standing;
  const now = useNow();
  const { diff, place } = workstream;
  const region = useView((view) => view.region);
  return (
    <header className="workstream-top">
      <div className="workstream-title">
        <span className="workstream-number">{workstream.number}</span>
        <h1>
          <MiddleEllipsis text={workstream.name} />
        </h1>
        <StatusMark status={status} still={still} />
        {/* Why it rests is told once, by the bar that has the way out. */}
        <span className="workstream-line" title={rests(workstream) ? undefined : visible(line)}>
          {!rests(workstream) && <WithCode text={line} />}
        </span>
        <span className="workstream-facts">
          <span title={`${status} for ${ageInWords(Math.max(0, now - since))}`}>
            {ageInWords(Math.max(0, now - since))}
          </span>
          <span>t{workstream.turns}</span>
          <span title={`${String(workstream.spent.tokens.total)} tokens`}>{tokens(workstream)}</span>
          {diff !== undefined && diff.files > 0 && (
            <span>
              <span className="added">+{diff.added}</span> <span className="removed">−{diff.removed}</span>
            </span>
          )}
          <span className="workstream-branch" title={`branch ${visible(place.branch)}`}>
            <Name text={place.branch} />
          </span>
        </span>
      </div>
      <Conflict workstream={workstream} />
      {workstream.confinement === "none" && (
        <p className="workstream-warning">
          Nothing confines this agent on this machine: it can reach whatever you can.
        </p>
      )}
      {workstream.commandConfinement === "none" && (
        <p className="workstream-warning">
          Nothing confines the hooks of this project on this machine: they can reach whatever you can.
        </p>
      )}
      <div className="tabs" role="tablist" aria-label="Views of this workstream" data-digits={region !== "question"}>
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={name === tab}
            tabIndex={name === tab ? 0 : -1}
            onClick={() => actions.go({ screen: "workstream", number: workstream.number, tab: name })}
          >
            <KeysOf command={`tab-${name}`} />{" "}
            <span className="tab-name" data-name={tabNames[name]}>
              {tabNames[name]}
            </span>
          </button>
        ))}
      </div>
    </header>
  );
}

/** What its commits do not go together with; where that is its base, with the verb that has it mended. */
function Conflict({ workstream }: { workstream: Workstream }): ReactNode {
  const { actions } = useApp();
  const words = useForecastWords(workstream);
  const open = useEngine(canAct);
  const isBase = workstream.forecast?.conflict !== undefined;
  if (words === "") return null;
  return (
    <p className="workstream-conflict" data-conflict={isBase ? "base" : "sibling"}>
      <span title={`${visible(words)}. Of what is committed; work in progress is not tried.`}>
        <AsWritten text={words} />
      </span>
      {isBase && open && takesWords(workstream) && (
        <VerbButton
          label="Have it rebased"
          command="resolve-conflict"
          onPress={() => void actions.resolveConflict(workstream)}
        />
      )}
    </p>
  );
}

function tokens({ spent, budget }: Workstream): string {
  const total = compact(spent.tokens.total);
  return budget.tokens === undefined ? total : `${total}/${compact(budget.tokens)}`;
}
