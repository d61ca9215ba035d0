import { useState, type ReactNode } from "react";
import { budgetSchema, type Budget } from "../../../contract/usage.ts";
import type { Workstream } from "../../../contract/states.ts";
import { isOutOfBudget } from "../../store/abilities.ts";
import { currentStanding, useApp } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Plain } from "../../ui/plain.tsx";
import { VerbButton } from "../../ui/kbd.tsx";

type Limit = keyof Budget;

const names: Readonly<Record<Limit, string>> = {
  tokens: "Tokens",
  minutes: "Minutes of work",
  money: "Money",
};

/** What a workstream may spend in all, what it has spent included. One that its budget stopped goes on afterwards. */
export function BudgetDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const [workstream] = useState(() => currentStanding(app)?.workstream);
  if (workstream === undefined) return null;
  return <Limits workstream={workstream} onClose={onClose} />;
}

function Limits({ workstream, onClose }: { workstream: Workstream; onClose: () => void }): ReactNode {
  const { actions } = useApp();
  const { budget, name } = workstream;
  const limits: Limit[] = ["tokens", "minutes", ...(budget.money === undefined ? [] : (["money"] as const))];
  const [texts, setTexts] = useState<Readonly<Partial<Record<Limit, string>>>>(() =>
    Object.fromEntries(limits.map((limit) => [limit, String(budget[limit] ?? "")])),
  );
  const wanted = budgetOf(texts);
  const suffices =
    wanted !== undefined && limits.every((limit) => (wanted[limit] ?? Infinity) > used(workstream, limit));
  const stopped = isOutOfBudget(workstream);
  return (
    <Dialog title={stopped ? "Raise the budget?" : "Change the budget"} onClose={onClose}>
      <p className="dialog-note">
        What <Plain text={name} /> may spend in all; an empty field is no limit.
        {stopped && " It is taken up again at once."}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!suffices) return;
          onClose();
          void actions.setBudget(workstream, wanted);
        }}
      >
        {limits.map((limit, at) => (
          <label key={limit} className="field">
            <span>
              {names[limit]} ({used(workstream, limit).toLocaleString("en")} used)
            </span>
            <input
              value={texts[limit] ?? ""}
              autoFocus={at === 0}
              inputMode="decimal"
              placeholder="no limit"
              onChange={(event) => setTexts({ ...texts, [limit]: event.target.value })}
              onFocus={(event) => event.target.select()}
            />
          </label>
        ))}
        {!suffices && <p className="dialog-note">Every limit is a number above what has been used.</p>}
        <div className="dialog-verbs">
          <VerbButton label="Cancel" binding="Escape" onPress={onClose} />
          <button type="submit" className="verb" data-tone="primary" disabled={!suffices}>
            {stopped ? "Raise and go on" : "Set"} <kbd className="keys">↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The limits as they were written, spaces and thousands commas left out; undefined when one is no number. */
function budgetOf(texts: Readonly<Partial<Record<Limit, string>>>): Budget | undefined {
  const written = Object.entries(texts)
    .map(([limit, text]) => [limit, text.replaceAll(/[\s,_]/g, "")] as const)
    .filter(([, text]) => text !== "");
  return budgetSchema.safeParse(Object.fromEntries(written.map(([limit, text]) => [limit, Number(text)]))).data;
}

function used({ spent }: Workstream, limit: Limit): number {
  if (limit === "tokens") return spent.tokens.total;
  return Math.round(spent[limit] ?? 0);
}
