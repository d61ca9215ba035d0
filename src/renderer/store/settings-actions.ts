import type { Problem } from "../../contract/errors.ts";
import type { SettingName, SomeSettings } from "../../contract/settings.ts";
import type { EngineClient } from "../client.ts";

interface SettingsDeps {
  readonly command: <T>(
    about: string,
    call: (engine: EngineClient, extras: { readonly focusedMs: number; readonly commandKey: string }) => Promise<T>,
  ) => Promise<T | undefined>;
  readonly refused: (
    about: string,
    call: (
      engine: EngineClient,
      extras: { readonly focusedMs: number; readonly commandKey: string },
    ) => Promise<unknown>,
  ) => Promise<Problem | undefined>;
}

/** Changes of settings. They hold once the engine says so, in every window. */
export function createSettingsActions({ command, refused }: SettingsDeps) {
  return {
    /** Whether they were taken; why not is told. */
    async changeSettings(set: SomeSettings, reset: readonly SettingName[] = []): Promise<boolean> {
      const done = await command("settings", (engine, extras) =>
        engine.settings.change({ set, reset: [...reset], ...extras }),
      );
      return done !== undefined;
    },
    /** Says nothing when it cannot be: the page does it again at the next opening. */
    async takeOverTheme(theme: "dark" | "light"): Promise<boolean> {
      const why = await refused("settings", (engine, extras) =>
        engine.settings.change({ set: { theme }, reset: [], ...extras }),
      );
      return why === undefined;
    },
  };
}
