import type { SettingName, Settings } from "../../../contract/settings.ts";

/** How a setting is set: one of a few, or a number within bounds. */
type Ways<N extends SettingName> = Settings[N] extends number
  ? { readonly from: number; readonly to: number; readonly step: number; readonly unit: string }
  : { readonly choices: readonly { readonly value: Settings[N]; readonly label: string }[] };

export type SettingFacts<N extends SettingName = SettingName> = N extends SettingName
  ? {
      readonly name: N;
      readonly title: string;
      /** What it does. */
      readonly says: string;
      /** Other words it is looked for by. */
      readonly also: string;
    } & Ways<N>
  : never;

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly SettingFacts<Exclude<SettingName, "keys">>[];
}

/** Every setting but the keys, in the order in which they are shown. */
export const settingGroups: readonly SettingGroup[] = [
  {
    title: "Look",
    settings: [
      {
        name: "theme",
        title: "Theme",
        says: "The colours of the window.",
        also: "dark light colour appearance",
        choices: [
          { value: "system", label: "as the system" },
          { value: "dark", label: "dark" },
          { value: "light", label: "light" },
        ],
      },
      {
        name: "zoom",
        title: "Zoom",
        says: "How large everything is.",
        also: "size font text larger smaller",
        from: 50,
        to: 200,
        step: 5,
        unit: "%",
      },
      {
        name: "density",
        title: "Density",
        says: "How high a row of a list is. The tiles of the grid have a density of their own.",
        also: "rows spacing compact",
        choices: [
          { value: "compact", label: "compact" },
          { value: "comfortable", label: "comfortable" },
        ],
      },
      {
        name: "motion",
        title: "Motion",
        says: "Whether anything moves by itself to show where it went.",
        also: "animation transition reduced",
        choices: [
          { value: "system", label: "as the system" },
          { value: "reduced", label: "none" },
          { value: "full", label: "all" },
        ],
      },
    ],
  },
  {
    title: "Attention",
    settings: [
      {
        name: "notifications",
        title: "Notifications",
        says: "What is told beside the window while you do not look at it: what blocks, or nothing.",
        also: "alerts badge browser permission",
        choices: [
          { value: "blocking", label: "what blocks" },
          { value: "none", label: "none" },
        ],
      },
      {
        name: "sounds",
        title: "Sound",
        says: "One quiet sound when something new holds work up.",
        also: "audio quiet mute",
        choices: [
          { value: "off", label: "off" },
          { value: "on", label: "on" },
        ],
      },
    ],
  },
  {
    title: "Diff",
    settings: [
      {
        name: "diffStyle",
        title: "Diff style",
        says: "How a diff is shown when the window opens.",
        also: "split unified side by side",
        choices: [
          { value: "unified", label: "unified" },
          { value: "split", label: "side by side" },
        ],
      },
      {
        name: "diffWhitespace",
        title: "Whitespace",
        says: "Whether lines that differ only in whitespace count as changed when the window opens.",
        also: "diff spaces indent",
        choices: [
          { value: "show", label: "shown" },
          { value: "ignore", label: "ignored" },
        ],
      },
    ],
  },
  {
    title: "Terminal",
    settings: [
      {
        name: "terminalSize",
        title: "Terminal text",
        says: "The size of its text at a zoom of 100 %.",
        also: "font size",
        from: 8,
        to: 24,
        step: 1,
        unit: "px",
      },
      {
        name: "terminalScrollback",
        title: "Scrollback",
        says: "How many lines a terminal keeps.",
        also: "terminal history lines",
        from: 100,
        to: 50_000,
        step: 100,
        unit: "lines",
      },
    ],
  },
  {
    title: "Keys",
    settings: [
      {
        name: "letters",
        title: "Single-letter keys",
        says: "Off leaves only chords and keys that type nothing, for dictation and stray touches.",
        also: "shortcuts speech characters accessibility",
        choices: [
          { value: "on", label: "on" },
          { value: "off", label: "off" },
        ],
      },
    ],
  },
];

export const allSettings = settingGroups.flatMap(({ settings }) => settings);

/** A value as it is said: the label of a choice, or a number with its unit. */
export function sayValue(facts: SettingFacts<Exclude<SettingName, "keys">>, value: unknown): string {
  if ("unit" in facts) return `${String(value)} ${facts.unit}`;
  return facts.choices.find((choice) => choice.value === value)?.label ?? String(value);
}
