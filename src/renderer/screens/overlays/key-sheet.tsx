import { useState, type ReactNode } from "react";
import { printKeys } from "../../../keys/print.ts";
import { scopeNames, type Scope } from "../../../keys/table.ts";
import { contextOf, contexts } from "../../keys/command.ts";
import { commandsIn } from "../../keys/commands.ts";
import { useApp } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { isMac, Keys, KeysOf } from "../../ui/kbd.tsx";
import "./palette.css";

/** Ten commands that go to a workstream by its number say less than one. */
function isOneOfMany(id: string): boolean {
  return /^(workstream|option)-(?!1$)/.test(id);
}

/** Every key that means something where the human is, whether or not it applies this very moment. */
export function KeySheet({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const context = contextOf(app);
  const scopes: readonly Scope[] = contexts[context];
  const here = [...scopes.slice(1), "global" as const];
  const [text, setText] = useState("");
  const words = text.toLowerCase().split(/\s+/);
  const bound = commandsIn(app, context).filter(({ id, title, also = "", scope, keys }) => {
    const said =
      `${scopeNames[scope]} ${title} ${also} ${keys.map((key) => printKeys(key, isMac)).join(" ")}`.toLowerCase();
    return keys.length > 0 && !isOneOfMany(id) && words.every((word) => said.includes(word));
  });
  return (
    <Dialog title="Keys that work here" wide onClose={onClose}>
      <input
        type="search"
        className="palette-field"
        aria-label="Find a key"
        placeholder="Find a key"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {bound.length === 0 && <p className="palette-none">No key here is for that.</p>}
      <div className="sheet">
        {here
          .filter((scope) => bound.some((command) => command.scope === scope))
          .map((scope) => (
            <section key={scope}>
              <h3>{scopeNames[scope]}</h3>
              <dl>
                {bound
                  .filter((command) => command.scope === scope)
                  .map((command) => (
                    <div key={command.id}>
                      <dt>{command.title}</dt>
                      <dd>
                        {command.keys.map((binding) => (
                          <Keys key={binding} binding={binding} />
                        ))}
                      </dd>
                    </div>
                  ))}
              </dl>
            </section>
          ))}
      </div>
      <p className="palette-none">
        <KeysOf command="settings" /> opens the settings, where every key can be another.
      </p>
    </Dialog>
  );
}
