import { useId, useState, type ReactNode } from "react";
import { readSettings, writeSettings, type ReadSettings } from "../../../contract/settings-file.ts";
import { settingNames, type SettingName, type Settings, type SomeSettings } from "../../../contract/settings.ts";
import { useApp, useEngine, useSettings } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Plain } from "../../ui/plain.tsx";
import { allSettings, sayValue } from "./setting-table.ts";
import "./settings-file-dialogs.css";

const fileName = "coxswain-settings.json";

/** What was set, to be copied or kept as a file. */
export function ExportDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { actions } = useApp();
  const kept = useEngine(({ fleet }) => fleet.settings);
  const text = writeSettings(kept);
  const told = (done: string): void => {
    onClose();
    actions.notify({ tone: "done", text: done });
  };
  return (
    <Dialog title="Export the settings" onClose={onClose}>
      <p className="dialog-note">What is not at its default, the keys of your own included.</p>
      <textarea className="settings-file" readOnly aria-label="Settings as JSON" value={text} />
      <div className="dialog-verbs">
        <VerbButton label="Close" binding="Escape" onPress={onClose} />
        <VerbButton
          label="Save as a file"
          onPress={() => {
            save(text);
            told(`Saved as ${fileName}.`);
          }}
        />
        <button
          type="button"
          className="verb"
          data-tone="primary"
          data-first
          onClick={() => {
            navigator.clipboard.writeText(text).then(
              () => told("Copied the settings."),
              () =>
                actions.notify({ tone: "failed", text: "The clipboard is closed to this page.", next: "Save a file." }),
            );
          }}
        >
          Copy
        </button>
      </div>
    </Dialog>
  );
}

function save(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}

/** Shows what a file would change before it changes anything. */
export function ImportDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { actions, stores } = useApp();
  const [text, setText] = useState("");
  const now = useSettings((settings) => settings);
  const read = text.trim() === "" ? undefined : readSettings(text);
  const changed = read?.ok === true ? changesOf(now, read.value.set) : [];
  const apply = (): void => {
    if (read?.ok !== true || changed.length === 0) return;
    const kept = stores.engine.getState().fleet.settings;
    const before = stores.settings.getState();
    onClose();
    void actions.changeSettings(read.value.set).then((done) => {
      if (!done) return;
      const [set, reset] = wayBack(changed, before, (name) => kept[name] !== undefined);
      const undo = (): void => void actions.changeSettings(set, reset);
      actions.notify({ tone: "done", text: `Imported ${countOf(changed.length)}.`, undo });
    });
  };
  return (
    <Dialog title="Import settings" wide onClose={onClose}>
      <label className="field">
        <span>Paste what was exported, or choose its file.</span>
        <textarea
          className="settings-file"
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) apply();
          }}
        />
      </label>
      <label className="field">
        <span>File</span>
        <input
          type="file"
          accept="application/json,.json"
          onChange={(event) => {
            void event.target.files?.[0]?.text().then(setText);
          }}
        />
      </label>
      <div role="status">
        {read?.ok === false && (
          <p className="settings-wrong">
            {read.error.message} {read.error.next}
          </p>
        )}
        {read?.ok === true && <Preview now={now} read={read.value} changed={changed} />}
      </div>
      <div className="dialog-verbs">
        <VerbButton label="Cancel" binding="Escape" onPress={onClose} />
        <VerbButton
          label={changed.length === 0 ? "Import" : `Import ${countOf(changed.length)}`}
          binding="$mod+Enter"
          tone="primary"
          disabled={changed.length === 0}
          onPress={apply}
        />
      </div>
    </Dialog>
  );
}

function Preview(props: { now: Settings; read: ReadSettings; changed: readonly SettingName[] }): ReactNode {
  const { now, read, changed } = props;
  const heading = useId();
  return (
    <>
      <p id={heading} className="dialog-note">
        {changed.length === 0 ? "Nothing would change." : "This would change:"}
      </p>
      <ul className="settings-preview" aria-labelledby={heading}>
        {changed.map((name) => (
          <li key={name}>
            <strong>{titleOf(name)}</strong> {say(name, now[name])} → {say(name, read.set[name])}
          </li>
        ))}
        {read.wrong.map(({ name, why }) => (
          <li key={name} className="settings-wrong">
            <strong>{name}</strong> is left out: <Plain text={why} />
          </li>
        ))}
        {read.unknown.slice(0, 20).map((name) => (
          <li key={name} className="settings-wrong">
            <strong>
              <Plain text={name.slice(0, 60)} />
            </strong>{" "}
            is left out: this version does not know it.
          </li>
        ))}
      </ul>
    </>
  );
}

function changesOf(now: Settings, set: SomeSettings): SettingName[] {
  return settingNames.filter(
    (name) => set[name] !== undefined && JSON.stringify(set[name]) !== JSON.stringify(now[name]),
  );
}

/** What brings back how it was: what was set before, and what was at its default. */
function wayBack(
  changed: readonly SettingName[],
  before: Settings,
  wasSet: (name: SettingName) => boolean,
): [set: SomeSettings, reset: SettingName[]] {
  const set = changed.filter(wasSet).map((name) => [name, before[name]] as const);
  return [Object.fromEntries(set), changed.filter((name) => !wasSet(name))];
}

function titleOf(name: SettingName): string {
  return allSettings.find((facts) => facts.name === name)?.title ?? "Keys";
}

function say(name: SettingName, value: unknown): string {
  const facts = allSettings.find((one) => one.name === name);
  if (facts !== undefined) return sayValue(facts, value);
  const count = typeof value === "object" && value !== null ? Object.keys(value).length : 0;
  return `${String(count)} of your own`;
}

function countOf(count: number): string {
  return count === 1 ? "1 setting" : `${String(count)} settings`;
}
