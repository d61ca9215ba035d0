import { useState, type ReactNode } from "react";
import { table } from "../../../keys/table.ts";
import { printKeys } from "../../../keys/print.ts";
import { keymapOf } from "../../keys/commands.ts";
import { bindablesOf, judgeKey, withKeys, type Bindable, type Clash, type Verdict } from "../../keys/rebind.ts";
import { pressOf } from "../../keys/record.ts";
import { useApp, useView } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { isMac, Keys, VerbButton } from "../../ui/kbd.tsx";
import { KeyField } from "../../ui/key-field.tsx";
import { placeNames } from "../place-names.ts";

const inTable = bindablesOf(table);
const host = { isMac, inBrowser: window.location.protocol !== "app:" };

/** Gives a command another key: press it, see who has it, and decide. */
export function RebindDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const id = useView((view) => view.rebinding);
  const command = bindablesOf(keymapOf(app).commands).find((one) => one.id === id);
  return command === undefined ? null : <Rebind command={command} onClose={onClose} />;
}

function Rebind({ command, onClose }: { command: Bindable; onClose: () => void }): ReactNode {
  const app = useApp();
  const [keeps, setKeeps] = useState(false);
  const [asked, setAsked] = useState<{ readonly binding: string; readonly verdict: Verdict }>();

  const save = (keys: readonly string[], clashes: readonly Clash[], told: string): void => {
    onClose();
    const own = withKeys(app.stores.settings.getState().keys, { id: command.id, keys }, clashes, inTable);
    void app.actions.changeSettings({ keys: own }).then((done) => {
      if (done) app.actions.notify({ tone: "done", text: told });
    });
  };
  const give = (binding: string, clashes: readonly Clash[]): void => {
    const others = keeps ? command.keys.filter((key) => key !== binding) : [];
    save([...others, binding], clashes, `${printKeys(binding, isMac)} is now: ${command.title}.`);
  };
  const onPressed = (binding: string): void => {
    const verdict = judgeKey(command, binding, keymapOf(app).commands, host);
    const isPlain = verdict.refused === undefined && verdict.warning === undefined && verdict.clashes.length === 0;
    if (isPlain) give(binding, []);
    else setAsked({ binding, verdict });
  };

  return (
    <Dialog title={`Key of: ${command.title}`} onClose={onClose}>
      <p className="dialog-note">
        Now{" "}
        {command.keys.length === 0 ? "no key" : command.keys.map((binding) => <Keys key={binding} binding={binding} />)}
      </p>
      {asked === undefined || asked.verdict.refused !== undefined ? (
        <>
          {asked?.verdict.refused !== undefined && (
            <p className="dialog-note" role="alert">
              <Keys binding={asked.binding} /> cannot be it. {asked.verdict.refused}
            </p>
          )}
          <KeyField label="Press the new key, chord or sequence" pressOf={pressOf} onPressed={onPressed} />
          <label className="rebind-keeps">
            <input type="checkbox" checked={keeps} onChange={(event) => setKeeps(event.target.checked)} /> Keep the keys
            it has, too
          </label>
          <div className="dialog-verbs">
            <VerbButton label="Cancel" binding="Escape" onPress={onClose} />
            {command.keys.length > 0 && (
              <VerbButton label="No key" onPress={() => save([], [], `No key any more: ${command.title}.`)} />
            )}
          </div>
        </>
      ) : (
        <Doubt
          binding={asked.binding}
          verdict={asked.verdict}
          onGive={() => give(asked.binding, asked.verdict.clashes)}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

/** What speaks against a key, and the choice. */
function Doubt(props: { binding: string; verdict: Verdict; onGive: () => void; onClose: () => void }): ReactNode {
  const { binding, verdict, onGive, onClose } = props;
  return (
    <div role="alert">
      {verdict.warning !== undefined && (
        <p className="dialog-note">
          <Keys binding={binding} /> {verdict.warning}
        </p>
      )}
      {verdict.clashes.length > 0 && (
        <ul className="rebind-clashes" aria-label="Who has it now">
          {verdict.clashes.map(({ other, keys, contexts }) => (
            <li key={`${other.id} ${keys}`}>
              <Keys binding={keys} /> is: {other.title}{" "}
              <span>{contexts.map((name) => placeNames[name]).join(", ")}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="dialog-verbs">
        <VerbButton label="Cancel" binding="Escape" onPress={onClose} />
        <button type="button" className="verb" data-tone="primary" autoFocus onClick={onGive}>
          {verdict.clashes.length === 0 ? "Take it all the same" : "Take it from there"}
        </button>
      </div>
    </div>
  );
}
