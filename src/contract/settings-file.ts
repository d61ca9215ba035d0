import { z } from "zod";
import { fail, ok, type Result } from "./errors.ts";
import { settingNames, settingsSchema, type KeptSetting, type SettingName, type SomeSettings } from "./settings.ts";

/** Raised when a file of today could be misread by what reads one of then; older ones are brought up to date here. */
const version = 1;
const maxFile = 200_000;

const fileSchema = z.object({
  coxswain: z.literal("settings"),
  version: z.number().int().positive(),
  settings: z.record(z.string(), z.unknown()),
});

/** What a file holds of settings. */
export interface ReadSettings {
  readonly set: SomeSettings;
  /** Those whose value is none of theirs, and why. */
  readonly wrong: readonly { readonly name: string; readonly why: string }[];
  /** Names this version does not know. */
  readonly unknown: readonly string[];
}

/** What was set, as a file for another home or another day. */
export function writeSettings(kept: Readonly<Record<string, KeptSetting>>): string {
  const settings = Object.fromEntries(Object.entries(kept).map(([name, { value }]) => [name, value]));
  return `${JSON.stringify({ coxswain: "settings", version, settings }, undefined, 2)}\n`;
}

/** Takes a file apart: what can be set, and by name what can not. */
export function readSettings(text: string): Result<ReadSettings> {
  if (text.length > maxFile) return fail("TOO_LARGE", "This is too long to be settings.", "Choose an exported file.");
  const read = fileSchema.safeParse(jsonOf(text));
  if (!read.success) {
    return fail("BAD_REQUEST", "These are no settings of Coxswain.", "Paste or choose what was exported, whole.");
  }
  if (read.data.version > version) {
    return fail("VERSION_MISMATCH", "A newer Coxswain wrote these settings.", "Update this one, then import them.");
  }
  const entries = Object.entries(read.data.settings);
  const known = entries.flatMap(([name, value]) => {
    const setting = settingNames.find((one) => one === name);
    return setting === undefined ? [] : [{ name: setting, parsed: settingsSchema.shape[setting].safeParse(value) }];
  });
  return ok({
    set: Object.fromEntries(known.flatMap(({ name, parsed }) => (parsed.success ? [[name, parsed.data]] : []))),
    wrong: known.flatMap(({ name, parsed }) =>
      parsed.success ? [] : [{ name, why: (parsed.error.issues[0]?.message ?? "It does not fit.").slice(0, 200) }],
    ),
    unknown: entries.map(([name]) => name).filter((name) => !settingNames.some((one: SettingName) => one === name)),
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
