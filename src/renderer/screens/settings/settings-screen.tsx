import { useEffect, useRef, useState, type ReactNode } from "react";
import { clash } from "../../../keys/bindings.ts";
import { printKeys } from "../../../keys/print.ts";
import { scopeNames, type Scope } from "../../../keys/table.ts";
import { keymapOf } from "../../keys/commands.ts";
import { bindablesOf, type Bindable } from "../../keys/rebind.ts";
import { pressOf } from "../../keys/record.ts";
import { canAct, useApp, useEngine, useSettings, useView } from "../../store/app.ts";
import { isMac, KeysOf, VerbButton } from "../../ui/kbd.tsx";
import { KeyField } from "../../ui/key-field.tsx";
import { KeyRow } from "./key-row.tsx";
import { SettingRow } from "./setting-row.tsx";
import { settingGroups, type SettingGroup } from "./setting-table.ts";
import "./settings-screen.css";

/** Every setting and every key, found by a word or by pressing the key. */
export function SettingsScreen(): ReactNode {
  const { actions, surfaces } = useApp();
  const main = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [pressing, setPressing] = useState(false);
  const [pressed, setPressed] = useState<string>();
  const wanted = useView((view) => view.setting);
  const reader = useEngine((state) => state.reader);
  const offline = useEngine((state) => !canAct(state));
  useEffect(() => {
    const rows = (): HTMLElement[] => [...(main.current?.querySelectorAll<HTMLElement>("[data-setting]") ?? [])];
    const here = (): number => rows().findIndex((row) => row.contains(document.activeElement));
    const focus = (row: HTMLElement | undefined): void => {
      row?.querySelector<HTMLElement>("input:checked, input[type=number], button")?.focus();
      row?.scrollIntoView({ block: "nearest" });
    };
    const first = rows().find((row) => row.dataset["setting"] === wanted) ?? rows()[0];
    focus(first);
    return surfaces.add("settings", {
      move: (by) => focus(rows()[Math.max(0, Math.min(rows().length - 1, here() + by))]),
      find: () => {
        setPressed(undefined);
        field.current?.focus();
        field.current?.select();
      },
      findKey: () => setPressing(true),
      reset: () => rows()[here()]?.querySelector<HTMLElement>("[data-reset]")?.click(),
      focus: () => focus(rows()[Math.max(0, here())]),
    });
  }, [surfaces, wanted]);
  const groups = pressed === undefined ? foundSettings(text) : [];
  const keys = useFoundKeys(text, pressed);
  const none = groups.length === 0 && keys.length === 0;
  return (
    <main className="settings-screen" ref={main} data-region>
      <div className="settings-head">
        <h1>Settings</h1>
        {pressing ? (
          <div className="settings-find" onBlur={() => setPressing(false)}>
            <KeyField
              label="Press the key"
              pressOf={pressOf}
              onPressed={(binding) => {
                setPressed(binding);
                setText("");
                setPressing(false);
              }}
            />
          </div>
        ) : (
          <input
            ref={field}
            type="search"
            className="settings-find"
            aria-label="Find a setting or a command"
            placeholder="Find a setting or a command"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setPressed(undefined);
            }}
          />
        )}
        <VerbButton label="Find a key" command="find-key" onPress={() => setPressing(true)} />
        <VerbButton label="Export" command="export-settings" onPress={() => actions.openOverlay("export-settings")} />
        <VerbButton
          label="Import…"
          command="import-settings"
          disabled={offline}
          onPress={() => actions.openOverlay("import-settings")}
        />
      </div>
      {reader && <p className="settings-note">You may only look: the settings are those of the human who steers.</p>}
      {pressed !== undefined && (
        <p className="settings-note" role="status">
          {keys.length === 0 ? "Nothing is on " : "On "}
          <kbd className="keys">{printKeys(pressed, isMac)}</kbd>
          {keys.length === 0 ? " here." : ":"}
        </p>
      )}
      {none && pressed === undefined && (
        <p className="settings-note" role="status">
          Nothing is called that.
        </p>
      )}
      {groups.map(({ title, settings }) => (
        <section key={title}>
          <h2>{title}</h2>
          <ul>
            {settings.map((facts) => (
              <SettingRow key={facts.name} facts={facts} />
            ))}
          </ul>
        </section>
      ))}
      {keys.map(([scope, commands]) => (
        <section key={scope}>
          <h2>Keys: {scopeNames[scope].toLowerCase()}</h2>
          <ul>
            {commands.map((command) => (
              <KeyRow key={command.id} bindable={command} />
            ))}
          </ul>
        </section>
      ))}
      <p className="settings-note">
        <KeysOf command="keys" /> shows the keys that work where you are.
      </p>
    </main>
  );
}

function foundSettings(text: string): SettingGroup[] {
  const holds = holding(text);
  return settingGroups.flatMap(({ title, settings }) => {
    const fit = settings.filter((one) => holds(`${title} ${one.title} ${one.says} ${one.also}`));
    return fit.length === 0 ? [] : [{ title, settings: fit }];
  });
}

/** The commands that are meant, by the scope they work in. */
function useFoundKeys(text: string, pressed: string | undefined): [Scope, Bindable[]][] {
  const app = useApp();
  useSettings((settings) => settings.keys);
  useSettings((settings) => settings.letters);
  const holds = holding(text);
  const fit = bindablesOf(keymapOf(app).commands).filter(({ title, also, keys, scope }) =>
    pressed === undefined
      ? holds(`keys ${scopeNames[scope]} ${title} ${also}`)
      : keys.some((key) => clash(key, pressed)),
  );
  return Object.entries(Object.groupBy(fit, ({ scope }) => scope)) as [Scope, Bindable[]][];
}

function holding(text: string): (within: string) => boolean {
  const words = text.toLowerCase().split(/\s+/);
  return (within) => words.every((word) => within.toLowerCase().includes(word));
}
