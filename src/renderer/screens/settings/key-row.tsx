import type { ReactNode } from "react";
import { table } from "../../../keys/table.ts";
import { canAct, useApp, useEngine, useSettings } from "../../store/app.ts";
import { Keys } from "../../ui/kbd.tsx";
import { bindablesOf, withKeys, type Bindable } from "../../keys/rebind.ts";

const inTable = bindablesOf(table);

/** One command and its keys; its button asks for others. */
export function KeyRow({ bindable }: { bindable: Bindable }): ReactNode {
  const { actions } = useApp();
  const offline = useEngine((state) => !canAct(state));
  const own = useSettings((settings) => settings.keys);
  const isOwn = own[bindable.id] !== undefined;
  const facts = inTable.find(({ id }) => id === bindable.id);
  const putBack = (): void => {
    if (facts !== undefined) {
      void actions.changeSettings({ keys: withKeys(own, facts, [], inTable) });
    }
  };
  return (
    <li className="setting" data-setting={`keys.${bindable.id}`}>
      <div className="setting-what">
        <h3>{bindable.title}</h3>
      </div>
      <div className="setting-keys">
        {bindable.keys.length === 0 && <span className="setting-none">no key</span>}
        {bindable.keys.map((binding) => (
          <Keys key={binding} binding={binding} />
        ))}
        <button
          type="button"
          className="verb"
          disabled={offline}
          aria-label={`Change the key of: ${bindable.title}`}
          onClick={() => {
            actions.show({ rebinding: bindable.id });
            actions.openOverlay("rebind");
          }}
        >
          Change…
        </button>
      </div>
      <div className="setting-default">
        {isOwn && (
          <button
            type="button"
            className="verb"
            data-reset
            disabled={offline}
            aria-label={`Put back the key of: ${bindable.title}`}
            onClick={putBack}
          >
            Back to
            {facts === undefined || facts.keys.length === 0
              ? " no key"
              : facts.keys.map((binding) => <Keys key={binding} binding={binding} />)}
          </button>
        )}
      </div>
    </li>
  );
}
