import type { ReactNode } from "react";
import { scopeNames, type Scope } from "../../../keys/table.ts";
import { contextOf, contexts } from "../../keys/command.ts";
import { commandsIn } from "../../keys/commands.ts";
import { useApp } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Keys } from "../../ui/kbd.tsx";
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
  const bound = commandsIn(app, context);
  return (
    <Dialog title="Keys that work here" wide onClose={onClose}>
      <div className="sheet">
        {here.map((scope) => (
          <section key={scope}>
            <h3>{scopeNames[scope]}</h3>
            <dl>
              {bound
                .filter((command) => command.scope === scope && command.keys.length > 0 && !isOneOfMany(command.id))
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
    </Dialog>
  );
}
