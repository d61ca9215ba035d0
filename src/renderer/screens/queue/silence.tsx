import type { ReactNode } from "react";
import { splits, type Split } from "../../../contract/attention.ts";
import type { CommandId } from "../../../keys/table.ts";
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
            {...keyTo(one, split, one === elsewhere[0] && needed)}
            tone={one === elsewhere[0] && needed ? "primary" : "plain"}
            onPress={() => actions.showSplit(one)}
          />
        ))}
        {!needed && able && (
          <VerbButton
            label="Start a workstream"
            command="start-from-queue"
            onPress={() => actions.openOverlay("start")}
          />
        )}
        {!needed && (
          <VerbButton label="Watch the grid" command="go-grid" onPress={() => actions.go({ screen: "grid" })} />
        )}
      </div>
    </div>
  );
}

/** The key that leads from one split to another, where one does. */
function keyTo(to: Split, from: Split, isFirst: boolean): { readonly command?: CommandId } {
  const steps = (splits.indexOf(to) - splits.indexOf(from) + splits.length) % splits.length;
  if (steps === 1) return { command: "next-split" };
  if (steps === splits.length - 1) return { command: "previous-split" };
  return isFirst ? { command: "jump" } : {};
}

function headline(split: Split, needed: boolean): string {
  if (split === "snoozed") return "Nothing is snoozed.";
  return needed ? `Nothing in ${splitNames[split]}.` : "Nothing needs you.";
}
