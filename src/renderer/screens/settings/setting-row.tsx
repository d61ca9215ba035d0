import { useId, useState, type ReactNode } from "react";
import { defaultSettings, type SettingName } from "../../../contract/settings.ts";
import { canAct, useApp, useEngine, useSettings } from "../../store/app.ts";
import { BrowserNotifications } from "./browser-notifications.tsx";
import { sayValue, type SettingFacts } from "./setting-table.ts";

type Facts = SettingFacts<Exclude<SettingName, "keys">>;

/** One setting: what it does, what it is, and the way back to its default. */
export function SettingRow({ facts }: { facts: Facts }): ReactNode {
  const { actions } = useApp();
  const { name, title, says } = facts;
  const value = useSettings((settings) => settings[name]);
  const offline = useEngine((state) => !canAct(state));
  const id = useId();
  const isDefault = value === defaultSettings[name];
  const set = (to: unknown): void => void actions.changeSettings({ [name]: to });
  return (
    <li className="setting" data-setting={name}>
      <div className="setting-what">
        <h3 id={id}>{title}</h3>
        <p>{says}</p>
      </div>
      {"unit" in facts ? (
        <NumberField facts={facts} value={Number(value)} labelledBy={id} disabled={offline} onSet={set} />
      ) : (
        <div className="setting-choices" role="radiogroup" aria-labelledby={id}>
          {facts.choices.map((choice) => (
            <label key={choice.value}>
              <input
                type="radio"
                name={name}
                checked={choice.value === value}
                disabled={offline}
                onChange={() => set(choice.value)}
              />
              {choice.label}
            </label>
          ))}
        </div>
      )}
      <div className="setting-default">
        {isDefault ? (
          "default"
        ) : (
          <button
            type="button"
            className="verb"
            data-reset
            disabled={offline}
            aria-label={`Put ${title} back to ${sayValue(facts, defaultSettings[name])}`}
            onClick={() => void actions.changeSettings({}, [name])}
          >
            Back to {sayValue(facts, defaultSettings[name])}
          </button>
        )}
      </div>
      {name === "notifications" && value !== "none" && <BrowserNotifications />}
    </li>
  );
}

/** Is set when it is left, on Enter, or by a step up or down. */
function NumberField(props: {
  facts: Extract<Facts, { unit: string }>;
  value: number;
  labelledBy: string;
  disabled: boolean;
  onSet: (value: number) => void;
}): ReactNode {
  const { facts, value, labelledBy, disabled, onSet } = props;
  const { from, to, step, unit } = facts;
  const [typed, setTyped] = useState<string>();
  const fits = (number: number): boolean => Number.isInteger(number) && number >= from && number <= to;
  const wrong = typed !== undefined && !fits(Number(typed));
  const settle = (number: number): void => {
    setTyped(undefined);
    if (fits(number) && number !== value) onSet(number);
  };
  return (
    <div className="setting-number">
      <input
        type="number"
        aria-labelledby={labelledBy}
        aria-invalid={wrong}
        min={from}
        max={to}
        step={step}
        value={typed ?? String(value)}
        disabled={disabled}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => {
          if (typed !== undefined) settle(Number(typed));
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") settle(Number(typed ?? value));
          const by = { ArrowUp: step, ArrowDown: -step }[event.key];
          if (by === undefined) return;
          event.preventDefault();
          settle(Math.max(from, Math.min(to, Number(typed ?? value) + by)));
        }}
      />
      <span>{wrong ? `${String(from)} to ${String(to)} ${unit}` : unit}</span>
    </div>
  );
}
