import { useEffect, useState, type ReactNode } from "react";
import type { Check } from "../../contract/check.ts";
import { useApp, useEngine, useSetup } from "../store/app.ts";
import type { SetupState } from "../store/stores.ts";
import { Command, Plain } from "../ui/plain.tsx";
import "./checks.css";

const worstFirst: readonly Check["state"][] = ["wrong", "missing", "warning", "ok"];

/** Looks when it is drawn first and when the engine is back; what was found is kept in the store. */
export function useChecks(): SetupState["found"] {
  const { actions } = useApp();
  const open = useEngine((state) => state.link.kind === "open");
  useEffect(() => {
    void actions.examine();
  }, [actions, open]);
  return useSetup((state) => state.found);
}

/** What was looked at, the worst first, each with the command that mends it. */
export function Checks({ checks }: { checks: readonly Check[] }): ReactNode {
  return (
    <ul className="checks" aria-label="Checks">
      {checks
        .toSorted((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state))
        .map((check, at) => (
          <Row key={at} check={check} />
        ))}
    </ul>
  );
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
