import type { ReactNode } from "react";
import { restingPhases, type Workstream } from "../../contract/states.ts";
import { heldChange, isDeletable, isOutOfBudget, isPutAwayable, isRetriable } from "../store/abilities.ts";
import { canAct, useApp, useEngine } from "../store/app.ts";
import type { Standing } from "../store/standing.ts";
import { VerbButton } from "../ui/kbd.tsx";
import { WithCode } from "../ui/plain.tsx";
import "./rest.css";

/** Whether there is anything to tell of why it does not go on. */
export function isAtRest(standing: Standing): boolean {
  return toldOf(standing) !== undefined;
}

/** Why a workstream does not go on by itself, and what takes it up again or puts it away. Nothing for one that goes on. */
export function Rest({ standing }: { standing: Standing }): ReactNode {
  const { workstream } = standing;
  const reader = useEngine((state) => state.reader);
  const told = toldOf(standing);
  if (told === undefined) return null;
  return (
    <section className="rest" aria-label="Why it rests" data-tone={told.tone}>
      <p>
        <strong>
          <WithCode text={told.title} />
        </strong>{" "}
        {told.why !== undefined && <WithCode text={told.why} />}
      </p>
      {!reader && <Verbs workstream={workstream} />}
    </section>
  );
}

function Verbs({ workstream }: { workstream: Workstream }): ReactNode {
  const { actions } = useApp();
  const offline = useEngine((state) => !canAct(state));
  const raises = isOutOfBudget(workstream);
  const held = heldChange(workstream) !== undefined;
  return (
    <div className="rest-verbs">
      {raises && (
        <VerbButton
          label="Raise the budget…"
          command="budget"
          tone="primary"
          disabled={offline}
          onPress={() => actions.openOverlay("budget")}
        />
      )}
      {held && (
        <VerbButton
          label="Let it pass…"
          command="waive"
          tone="primary"
          disabled={offline}
          onPress={() => actions.openOverlay("waive")}
        />
      )}
      {isRetriable(workstream) && (
        <VerbButton
          label="Take it up again"
          command="retry"
          tone={raises || held ? "plain" : "primary"}
          disabled={offline}
          onPress={() => void actions.retry(workstream)}
        />
      )}
      {isPutAwayable(workstream) && (
        <VerbButton
          label="Put away"
          command="archive"
          disabled={offline}
          onPress={() => void actions.archive(workstream)}
        />
      )}
      {isDeletable(workstream) && (
        <VerbButton
          label="Delete…"
          command="delete-workstream"
          disabled={offline}
          onPress={() => actions.openOverlay("delete")}
        />
      )}
    </div>
  );
}

/** Whether there is anything to say about why it rests. */
export function rests(workstream: Workstream): boolean {
  const { phase, frozen } = workstream;
  if (frozen !== undefined || phase === "failed" || heldChange(workstream) !== undefined) return true;
  return restingPhases.includes(phase) && phase !== "archived";
}

interface Told {
  readonly tone: "blocked" | "asks" | "quiet";
  readonly title: string;
  readonly why: string | undefined;
}

function toldOf({ workstream, line }: Standing): Told | undefined {
  const { phase, frozen, reason } = workstream;
  if (frozen !== undefined) return { tone: "blocked", title: "Frozen: nothing acts on it until you do.", why: frozen };
  if (heldChange(workstream) !== undefined) {
    return { tone: "asks", title: "It changes files by which work is judged.", why: reason };
  }
  switch (phase) {
    case "failed":
      return { tone: "blocked", title: "It gave up.", why: line };
    case "stopped":
      return { tone: "quiet", title: reason ?? "Stopped.", why: undefined };
    case "paused":
      return { tone: "quiet", title: `It is ${line}.`, why: "All its work is kept; taken up again, it is as it was." };
    case "deleting":
      return { tone: "quiet", title: "It is being deleted.", why: reason };
    case "landed":
      return { tone: "quiet", title: reason ?? "Landed.", why: undefined };
    default:
      return undefined;
  }
}
