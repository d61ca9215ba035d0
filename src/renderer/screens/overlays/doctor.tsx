import type { ReactNode } from "react";
import type { Check } from "../../../contract/check.ts";
import { useApp } from "../../store/app.ts";
import type { SetupState } from "../../store/stores.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Plain } from "../../ui/plain.tsx";
import { Checks, useChecks } from "../checks.tsx";

/** What the engine needs and has, as `cox doctor` tells it, with what to do about what is not as it should be. */
export function Doctor({ onClose }: { onClose: () => void }): ReactNode {
  const { actions } = useApp();
  const found = useChecks();
  return (
    <Dialog title="Doctor" wide onClose={onClose}>
      <p className="dialog-note" role="status">
        <Plain text={summaryOf(found)} />
      </p>
      {found !== undefined && !("code" in found) && <Checks checks={found} />}
      <div className="dialog-verbs">
        <VerbButton label="Look again" disabled={found === undefined} onPress={() => void actions.examine()} />
        <VerbButton label="Close" binding="Escape" onPress={onClose} />
      </div>
    </Dialog>
  );
}

function summaryOf(found: SetupState["found"]): string {
  if (found === undefined) return "Looking…";
  if ("code" in found) return `${found.message} ${found.next}`;
  const count = (...states: Check["state"][]): number => found.filter(({ state }) => states.includes(state)).length;
  const [bad, warnings] = [count("wrong", "missing"), count("warning")];
  if (bad + warnings === 0) return "Nothing is wrong.";
  const told = bad === 0 ? "Nothing is wrong" : bad === 1 ? "One thing is wrong" : `${String(bad)} things are wrong`;
  return warnings === 0 ? `${told}.` : `${told}; ${String(warnings)} ${warnings === 1 ? "warning" : "warnings"}.`;
}
