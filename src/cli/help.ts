import type { z } from "zod";
import { verbs } from "../verbs/table.ts";
import type { Verb } from "../verbs/verb.ts";
import { isRequired, kindOf } from "./arguments.ts";

/** All verbs, or one, for programs: the arguments as JSON Schema. */
export function helpData(verb?: Verb): unknown {
  const dataOf = ({ name, summary, about, positional, schema }: Verb) => ({
    name,
    summary,
    about,
    positional,
    arguments: schema(),
  });
  return verb === undefined ? verbs.map(dataOf) : dataOf(verb);
}

/** All verbs, one line each. */
export function helpText(): string {
  const width = Math.max(...verbs.map(({ name }) => name.length));
  return [
    "cox VERB [WORKSTREAM] [ARGUMENTS] [--json]",
    "",
    ...verbs.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "A workstream is named by its number, its id or the beginning of its name; inside its worktree it is implied.",
    "COXSWAIN_HOME says which engine (default ~/.coxswain). More about one verb: cox help VERB",
    "cox --version says which one this is.",
  ].join("\n");
}

/** One verb with its arguments. */
export function verbHelp(verb: Verb): string {
  const shape: Record<string, z.ZodType> = verb.args.shape;
  const words = verb.positional.map((name) => {
    const schema = shape[name];
    return schema !== undefined && isRequired(schema) ? name.toUpperCase() : `[${name.toUpperCase()}]`;
  });
  const about = verb.about === "none" ? [] : ["[WORKSTREAM]"];
  const options = Object.entries(shape).map(([name, schema]) => {
    const kind = kindOf(schema);
    const value = kind === "flag" ? "" : kind === "many" ? " VALUE (may be repeated)" : " VALUE";
    return `  --${name}${value}  ${schema.description ?? ""}`;
  });
  return [
    ["cox", verb.name, ...about, ...words, "[--json]"].join(" "),
    verb.summary,
    ...(options.length === 0 ? [] : ["", ...options]),
  ].join("\n");
}
