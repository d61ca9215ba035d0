import { z } from "zod";
import { problem, ProblemError } from "../contract/errors.ts";
import { defaultSettings, settingNames, settingsSchema, type SettingName } from "../contract/settings.ts";
import { verb } from "./verb.ts";

export const settings = verb({
  name: "settings",
  summary: "The human's settings; sets the named one, or puts it back to its default.",
  callers: ["human"],
  readOnly: false,
  about: "none",
  positional: ["name", "value"],
  args: z.object({
    name: z.string().max(50).optional().describe("The setting"),
    value: z.string().max(64_000).optional().describe("What it is to be; keys are given as JSON"),
    reset: z.boolean().default(false).describe("Put it back to its default"),
  }),
  async run({ client, args }) {
    const name = args.name === undefined ? undefined : known(args.name);
    if (name !== undefined && args.reset) {
      await client.settings.change({ reset: [name] });
      return { text: `${name} is ${told(defaultSettings[name])} again.`, data: { [name]: defaultSettings[name] } };
    }
    if (name !== undefined && args.value !== undefined) {
      const value = parsed(name, args.value);
      await client.settings.change({ set: { [name]: value } });
      return { text: `${name} is ${told(value)}.`, data: { [name]: value } };
    }
    const { settings: all, changed } = await client.settings.read();
    const lines = settingNames
      .filter((one) => name === undefined || one === name)
      .map(
        (one) => `${one}  ${told(all[one])}${changed.includes(one) ? `  (default ${told(defaultSettings[one])})` : ""}`,
      );
    return { text: lines.join("\n"), data: name === undefined ? all : { [name]: all[name] } };
  },
});

function known(name: string): SettingName {
  const found = settingNames.find((one) => one === name);
  if (found !== undefined) return found;
  throw new ProblemError(
    problem("NOT_FOUND", `There is no setting “${name}”.`, `Name one of: ${settingNames.join(", ")}.`),
  );
}

/** Words are taken as they are; a number or an object is read as JSON. */
function parsed(name: SettingName, text: string): unknown {
  const schema = settingsSchema.shape[name];
  for (const candidate of [text, jsonOf(text)]) {
    const read = schema.safeParse(candidate);
    if (read.success) return read.data;
  }
  const why = schema.safeParse(jsonOf(text) ?? text).error?.issues[0]?.message ?? "";
  throw new ProblemError(
    problem("BAD_REQUEST", `“${text.slice(0, 100)}” does not fit ${name}: ${why}`, `See it: cox settings ${name}`),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function told(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
