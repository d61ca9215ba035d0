import { createStore, type StoreApi } from "zustand/vanilla";
import { keptSettingSchema, settingsOf, type KeptSetting, type Settings } from "../../contract/settings.ts";
import type { EngineState, Shelf } from "./stores.ts";

const settingsKey = "cox.settings";
/** Where pages kept the theme before settings were the engine's. */
const oldThemeKey = "cox.theme";

/**
 * The settings in force. Until the engine has told, they are those this page last knew, so that the first frame already has the
 * right colours and the first key its meaning.
 */
export function createSettingsStore(
  shelf: Shelf,
  engine: Pick<StoreApi<EngineState>, "subscribe">,
): StoreApi<Settings> {
  const store = createStore<Settings>(() => settingsOf(withOldTheme(readKept(shelf), shelf)));
  let known: Readonly<Record<string, KeptSetting>> | undefined;
  engine.subscribe(({ seq, fleet: { settings } }) => {
    if (seq === undefined || settings === known) return;
    known = settings;
    shelf.setItem(settingsKey, JSON.stringify(settings));
    store.setState(settingsOf(withOldTheme(settings, shelf)), true);
  });
  return store;
}

/** The theme an older page kept, if it is not in the engine yet. */
export function oldTheme(shelf: Shelf): "dark" | "light" | undefined {
  const kept = shelf.getItem(oldThemeKey);
  return kept === "dark" || kept === "light" ? kept : undefined;
}

export function forgetOldTheme(shelf: Shelf): void {
  shelf.removeItem(oldThemeKey);
}

function withOldTheme(kept: Readonly<Record<string, KeptSetting>>, shelf: Shelf): Record<string, KeptSetting> {
  const theme = oldTheme(shelf);
  return theme === undefined || kept["theme"] !== undefined ? kept : { ...kept, theme: { value: theme } };
}

/** What an earlier page kept; what is damaged is dropped. */
function readKept(shelf: Shelf): Record<string, KeptSetting> {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(settingsKey) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(
      Object.entries(kept).flatMap(([name, row]) => {
        const read = keptSettingSchema.safeParse(row);
        return read.success ? [[name, read.data]] : [];
      }),
    );
  } catch {
    return {};
  }
}
