import { useEffect, useState, type ReactNode } from "react";
import type { Check } from "../../../contract/check.ts";
import type { Problem } from "../../../contract/errors.ts";
import { useApp, useEngine } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Command, Plain } from "../../ui/plain.tsx";
import "./doctor.css";

const worstFirst: readonly Check["state"][] = ["wrong", "missing", "warning", "ok"];

type Found = readonly Check[] | Problem | undefined;

/** What the engine needs and has, as `cox doctor` tells it, with what to do about what is not as it should be. */
export function Doctor({ onClose }: { onClose: () => void }): ReactNode {
  const [found, lookAgain] = useChecks();
  return (
    <Dialog title="Doctor" wide onClose={onClose}>
      <p className="dialog-note" role="status">
        <Plain text={summaryOf(found)} />
      </p>
      {found !== undefined && !("code" in found) && (
        <ul className="checks" aria-label="Checks">
          {found
            .toSorted((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state))
            .map((check, at) => (
              <Row key={at} check={check} />
            ))}
        </ul>
      )}
      <div className="dialog-verbs">
        <VerbButton label="Look again" disabled={found === undefined} onPress={lookAgain} />
        <VerbButton label="Close" binding="Escape" onPress={onClose} />
      </div>
    </Dialog>
  );
}

function summaryOf(found: Found): string {
  if (found === undefined) return "Looking…";
  if ("code" in found) return `${found.message} ${found.next}`;
  const count = (...states: Check["state"][]): number => found.filter(({ state }) => states.includes(state)).length;
  const [bad, warnings] = [count("wrong", "missing"), count("warning")];
  if (bad + warnings === 0) return "Nothing is wrong.";
  const told = bad === 0 ? "Nothing is wrong" : bad === 1 ? "One thing is wrong" : `${String(bad)} things are wrong`;
  return warnings === 0 ? `${told}.` : `${told}; ${String(warnings)} ${warnings === 1 ? "warning" : "warnings"}.`;
}

function Row({ check: { name, state, says, next } }: { check: Check }): ReactNode {
  return (
    <li>
      <span className="check-state" data-state={state}>
        {state}
      </span>
      <span className="check-name">
        <Plain text={name} />
      </span>
      <div>
        <Plain text={says} />
        {next !== undefined && (
          <p className="check-next">
            <Command text={next} />
            <Copy about={name} text={next} />
          </p>
        )}
      </div>
    </li>
  );
}

/** A step names its command between backticks, or is one. */
function commandIn(next: string): string {
  return /`([^`]+)`/.exec(next)?.[1] ?? next;
}

/** Characters that act unseen: what holds one is not given to a terminal by a press of a key. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function Copy({ about, text }: { about: string; text: string }): ReactNode {
  const [told, setTold] = useState("Copy");
  const command = commandIn(text);
  if (unseen.test(command)) return null;
  return (
    <button
      type="button"
      className="verb"
      aria-label={`${told}: ${about}`}
      onClick={() => {
        navigator.clipboard.writeText(command).then(
          () => setTold("Copied"),
          () => setTold("Not copied"),
        );
      }}
    >
      {told}
    </button>
  );
}

/** Looks when it opens, when the engine is back, and when asked to. */
function useChecks(): [found: Found, lookAgain: () => void] {
  const { actions } = useApp();
  const open = useEngine((state) => state.link.kind === "open");
  const [looks, setLooks] = useState(0);
  const look = `${String(looks)} ${String(open)}`;
  const [last, setLast] = useState<{ readonly look: string; readonly found: Found }>();
  useEffect(() => {
    let wanted = true;
    void actions.examine().then((told) => {
      if (wanted) setLast({ look, found: "code" in told ? told : told.checks });
    });
    return () => {
      wanted = false;
    };
  }, [actions, look]);
  return [last?.look === look ? last.found : undefined, () => setLooks((before) => before + 1)];
}
