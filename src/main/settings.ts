import { ok, type Result } from "../contract/errors.ts";
import type { Event } from "../contract/events.ts";
import { defaultSettings, settingNames, type SettingName, type SomeSettings } from "../contract/settings.ts";
import type { By, Journal } from "./storage/journal.ts";

/** The human's settings. They are rows of the state, so every window is told of a change by the feed. */
export interface SettingsRoom {
  /** Sets some and puts others back to their default. */
  change(set: SomeSettings, reset: readonly SettingName[], by: By): Promise<Result<void>>;
}

export function createSettings(journal: Pick<Journal, "state" | "record">): SettingsRoom {
  return {
    change(set, reset, by) {
      const kept = journal.state().settings;
      const events = settingNames.flatMap((name): Event[] => {
        const value = reset.includes(name) ? undefined : set[name];
        if (value === undefined && !reset.includes(name)) return [];
        const wanted = value === undefined || isSame(value, defaultSettings[name]) ? undefined : { value };
        if (isSame(wanted, kept[name])) return [];
        return [{ type: "setting.changed", name, ...(wanted === undefined ? {} : { kept: wanted }) }];
      });
      return events.length === 0 ? Promise.resolve(ok(undefined)) : journal.record(events, by);
    },
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
