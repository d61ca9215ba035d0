import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fail, type Result } from "../../../contract/errors.ts";
import { parseScenario, type Scenario } from "./scenario.ts";

const modelPrefix = "scripted-";
const namePattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
const listedNames = 60;

/**
 * Reads the scenario that a thread's model names (`scripted-<name>` is `<name>.yml`), from the first folder that has it.
 * `NOT_FOUND` names the scenarios there are.
 */
export async function findScenario(model: string | null, folders: readonly string[]): Promise<Result<Scenario>> {
  const name = model?.startsWith(modelPrefix) === true ? model.slice(modelPrefix.length) : undefined;
  if (name === undefined || !namePattern.test(name)) {
    return fail("NOT_FOUND", `The model ${model ?? "(none)"} names no scenario.`, await choices(folders));
  }
  for (const folder of folders) {
    const file = join(folder, `${name}.yml`);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) return parseScenario(text, file);
  }
  return fail("NOT_FOUND", `There is no scenario ${name}.`, await choices(folders));
}

async function choices(folders: readonly string[]): Promise<string> {
  const lists = await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])));
  const names = lists.flat().filter((file) => file.endsWith(".yml"));
  const known = [...new Set(names)].sort().map((file) => modelPrefix + file.slice(0, -".yml".length));
  return `Choose one of these models: ${known.slice(0, listedNames).join(", ")}.`;
}
