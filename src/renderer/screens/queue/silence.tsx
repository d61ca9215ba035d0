import type { ReactNode } from "react";
import { splits, type Split } from "../../../contract/attention.ts";
import { canAct, useApp, useEngine } from "../../store/app.ts";
import { fleetWords } from "../../store/fleet-words.ts";
import type { QueueView } from "../../store/queue.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { splitNames } from "./split-names.ts";
import { useNow } from "../use-now.ts";

/** Nothing is wanted here: says so, what goes on meanwhile, and what the time could be used for. */
export function Silence({ counts, split }: { counts: QueueView["counts"]; split: Split }): ReactNode {
  const { actions, standings } = useApp();
  const now = useNow();
  const told = useEngine(({ fleet }) => fleetWords(standings(fleet), fleet.attention, now));
  const able = useEngine(canAct);
  const elsewhere = splits.filter((one) => one !== split && counts[one] > 0);
  const needed = elsewhere.some((one) => one !== "snoozed");
  return (
    <div className="silence" role="status">
      <p className="silence-head">{headline(split, needed)}</p>
      <p>{told}</p>
      <div className="queue-verbs">
        {elsewhere.map((one) => (
          <VerbButton
            key={one}
            label={`${String(counts[one])} in ${splitNames[one]}`}
            {...(one === elsewhere[0] ? { command: "next-split" as const } : {})}
            tone={one === elsewhere[0] && needed ? "primary" : "plain"}
            onPress={() => actions.showSplit(one)}
          />
        ))}
        {!needed && able && (
          <VerbButton label="Start a workstream" command="start" onPress={() => actions.openOverlay("start")} />
        )}
        {!needed && (
          <VerbButton label="Watch the grid" command="go-grid" onPress={() => actions.go({ screen: "grid" })} />
        )}
      </div>
    </div>
  );
}

function headline(split: Split, needed: boolean): string {
  if (split === "snoozed") return "Nothing is snoozed.";
  return needed ? `Nothing in ${splitNames[split]}.` : "Nothing needs you.";
}
