import { z } from "zod";

/** One press as tinykeys writes it: `k`, `Shift+a`, `$mod+Enter`, `[Shift]+?`. */
const press = String.raw`(?:(?:\$mod|\[?(?:Shift|Alt|Control|Meta)\]?)\+)*(?:[^\s]|[A-Z][A-Za-z0-9]{1,20})`;

/** What is to be pressed for a command; a space separates the presses of a sequence. */
export const bindingSchema = z
  .string()
  .max(60)
  .regex(new RegExp(`^${press}(?: ${press}){0,3}$`, "u"), "This is no key, chord or sequence of up to four.");

const shape = {
  theme: z.enum(["system", "dark", "light"]),
  /** In percent. */
  zoom: z.number().int().min(50).max(200),
  motion: z.enum(["system", "reduced", "full"]),
  density: z.enum(["compact", "comfortable"]),
  /** Whether letters without a modifier are keys. */
  letters: z.enum(["on", "off"]),
  /** Keys that differ from the table's, by command; an empty list is no key. Commands that are not known are kept. */
  keys: z
    .record(z.string().max(50), z.array(bindingSchema).max(6))
    .refine((keys) => Object.keys(keys).length <= 500, "These are more than 500 commands."),
  notifications: z.enum(["blocking", "none"]),
  sounds: z.enum(["off", "on"]),
  diffStyle: z.enum(["unified", "split"]),
  diffWhitespace: z.enum(["show", "ignore"]),
  /** In pixels at a zoom of 100 %. */
  terminalSize: z.number().int().min(8).max(24),
  /** In lines. */
  terminalScrollback: z.number().int().min(100).max(50_000),
};

export type Settings = { readonly [N in keyof typeof shape]: z.infer<(typeof shape)[N]> };
export type SettingName = keyof Settings;
export const settingNames = Object.keys(shape) as SettingName[];

export const defaultSettings: Settings = {
  theme: "system",
  zoom: 100,
  motion: "system",
  density: "compact",
  letters: "on",
  keys: {},
  notifications: "blocking",
  sounds: "off",
  diffStyle: "unified",
  diffWhitespace: "show",
  terminalSize: 13,
  terminalScrollback: 5_000,
};

/** Every setting, as it is in force. */
export const settingsSchema = z.object(shape);

/** Some settings. A name that is not known is refused. */
export const someSettingsSchema = z.strictObject(shape).partial();
export type SomeSettings = { readonly [N in SettingName]?: Settings[N] | undefined };

export const settingNameSchema = z.enum(settingNames);

const maxText = 64_000;

/**
 * A setting that was set, as it is kept: by its name, with a value that only its own schema judges, so that one which a newer
 * version knows survives an older one, unread.
 */
export const keptSettingSchema = z.object({
  value: z.json().refine((value) => JSON.stringify(value).length <= maxText, "A setting is at most 64,000 characters."),
});
export type KeptSetting = z.infer<typeof keptSettingSchema>;

/** The settings in force: what was set where it fits, and else the defaults. */
export function settingsOf(kept: Readonly<Record<string, KeptSetting>>): Settings {
  const fitting = settingNames.flatMap((name) => {
    const row = kept[name];
    const read = row === undefined ? undefined : shape[name].safeParse(row.value);
    return read?.success === true ? [[name, read.data] as const] : [];
  });
  return { ...defaultSettings, ...Object.fromEntries(fitting) };
}
