import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { z } from "zod";
import { fail, ok, type Result } from "../contract/errors.ts";
import type { Verb } from "../verbs/verb.ts";

export interface Parsed {
  readonly verb: Verb;
  /** As given; the verb parses them. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The workstream that was named; absent where it is to be implied. */
  readonly workstream?: string;
  readonly json: boolean;
}

type Kind = "flag" | "many" | "one";

/** What one argument of a verb looks like on the command line. */
export function kindOf(schema: z.ZodType): Kind {
  let inner: unknown = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodOptional) inner = inner.unwrap();
  if (inner instanceof z.ZodBoolean) return "flag";
  return inner instanceof z.ZodArray ? "many" : "one";
}

export function isRequired(schema: z.ZodType): boolean {
  return !schema.safeParse(undefined).success;
}

/** Reads what follows the verb's name. A failure is a usage error. */
export function parseArguments(verb: Verb, argv: readonly string[]): Result<Parsed> {
  const shape: Record<string, z.ZodType> = verb.args.shape;
  const options: ParseArgsOptionsConfig = {
    json: { type: "boolean" },
    ...(verb.about === "none" ? {} : { workstream: { type: "string", short: "w" } }),
  };
  for (const [name, schema] of Object.entries(shape)) {
    const kind = kindOf(schema);
    options[name] = { type: kind === "flag" ? "boolean" : "string", multiple: kind === "many" };
  }
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    const { json, workstream, ...args } = values;
    return place(verb, positionals, {
      verb,
      args,
      json: json === true,
      ...(typeof workstream === "string" ? { workstream } : {}),
    });
  } catch (cause) {
    return fail("BAD_REQUEST", `cox ${verb.name} does not understand this.`, `See \`cox help ${verb.name}\`.`, cause);
  }
}

/**
 * Gives positions their names. A verb about a workstream takes it first, unless there are just as many words as it has
 * arguments that must be given: then the workstream is implied.
 */
function place(verb: Verb, words: readonly string[], parsed: Parsed): Result<Parsed> {
  const shape: Record<string, z.ZodType> = verb.args.shape;
  const free = verb.positional.filter((name) => parsed.args[name] === undefined);
  const needed = free.filter((name) => shape[name] !== undefined && isRequired(shape[name]));
  const takesWorkstream = verb.about !== "none" && parsed.workstream === undefined && words.length > needed.length;
  const [first, ...others] = words;
  const rest = takesWorkstream ? others : words;
  if (rest.length > free.length) {
    const hint = free.length > 0 ? "Put a text of several words in quotes. " : "";
    return fail("BAD_REQUEST", `"${rest[free.length]}" is one word too many.`, `${hint}See \`cox help ${verb.name}\`.`);
  }
  if (rest.length < needed.length) {
    return fail("BAD_REQUEST", `${needed[rest.length]} is missing.`, `See \`cox help ${verb.name}\`.`);
  }
  const named = Object.fromEntries(rest.map((word, index) => [free[index] ?? "", word]));
  return ok({
    ...parsed,
    args: { ...parsed.args, ...named },
    ...(takesWorkstream && first !== undefined ? { workstream: first } : {}),
  });
}
