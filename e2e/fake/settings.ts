import type { SettingName, SomeSettings } from "../../src/contract/settings.ts";
import { settingNames } from "../../src/contract/settings.ts";
import type { createFakeFleet } from "./fake-fleet.ts";

/** Changes settings as the engine does: the window hears of it by the feed. */
export function changeSettings(
  fleet: Pick<ReturnType<typeof createFakeFleet>, "tell">,
  set: SomeSettings,
  reset: readonly SettingName[],
): void {
  for (const name of settingNames) {
    const value = set[name];
    if (reset.includes(name)) fleet.tell({ type: "setting.changed", name });
    else if (value !== undefined) fleet.tell({ type: "setting.changed", name, kept: { value } });
  }
}
