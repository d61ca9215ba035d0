import { parse } from "yaml";
import { z } from "zod";
import { fail, ok, type Result } from "../../../contract/errors.ts";

/** Largest scenario file, in characters. */
export const scenarioFileLimit = 1_000_000;
/** Most steps one scenario may come to once its repeats are unrolled. */
const unrolledLimit = 20_000;

const text = z.string().max(64_000);
const path = z.string().min(1).max(1_000);
const command = z.string().min(1).max(16_000);
const count = z.number().int().nonnegative().max(1_000_000_000);

const planStepSchema = z.strictObject({
  step: z.string().max(500),
  status: z.enum(["pending", "inProgress", "completed"]),
});

const plainBodies = {
  say: text,
  think: text,
  plan: z.array(planStepSchema).max(50),
  edit: z.union([
    z.strictObject({ path, content: z.string().max(200_000) }),
    z.strictObject({ path, find: z.string().min(1).max(64_000), replace: text }),
  ]),
  delete: path,
  run: z.strictObject({ command, expect: z.number().int().min(0).max(255).optional() }),
  commit: z.string().min(1).max(4_000),
  wait: z.strictObject({ ms: z.number().int().min(0).max(3_600_000) }),
  tool: z.strictObject({
    name: z.string().min(1).max(200),
    arguments: z.record(z.string(), z.json()).default({}),
  }),
  usage: z.strictObject({ input: count, cached: count.default(0), output: count }),
  hang: z.literal(true),
  crash: z.literal(true),
  flood: z.strictObject({ bytes: z.number().int().min(1).max(268_435_456) }),
  refuse_end: z.literal(true),
  lie: z.strictObject({ path }),
  fail: z.string().min(1).max(2_000),
};

interface NestingBodies {
  approve: { command: string; reason: string; on_accept: Step[]; on_decline: Step[] };
  ask: {
    id: string;
    header: string;
    question: string;
    options: { label: string; description: string }[];
    on: Record<string, Step[]>;
  };
  repeat: { times: number; steps: Step[] };
}

type StepBodies = { [K in keyof typeof plainBodies]: z.output<(typeof plainBodies)[K]> } & NestingBodies;
export type StepKind = keyof StepBodies;

/** One step, as `{ kind, body }`: in the file it is a map with the one key `kind`. */
export type Step = { [K in StepKind]: { readonly kind: K; readonly body: StepBodies[K] } }[StepKind];
export type StepOf<K extends StepKind> = Extract<Step, { kind: K }>;

const nested: z.ZodType<Step[]> = z.lazy(() => stepsSchema);

const nestingBodies: { [K in keyof NestingBodies]: z.ZodType<NestingBodies[K]> } = {
  approve: z.strictObject({
    command,
    reason: z.string().max(4_000).default(""),
    on_accept: nested.default([]),
    on_decline: nested.default([]),
  }),
  ask: z.strictObject({
    id: z.string().min(1).max(100),
    header: z.string().max(100),
    question: z.string().max(4_000),
    options: z
      .array(z.strictObject({ label: z.string().min(1).max(200), description: z.string().max(1_000).default("") }))
      .max(12)
      .default([]),
    on: z.record(z.string().max(200), nested).default({}),
  }),
  repeat: z.strictObject({ times: z.number().int().min(1).max(10_000), steps: nested }),
};

const stepBodies: { [K in StepKind]: z.ZodType<StepBodies[K]> } = { ...plainBodies, ...nestingBodies };

const stepSchema: z.ZodType<Step> = z.record(z.string(), z.unknown()).transform((raw, context) => {
  const [kind, ...others] = Object.keys(raw);
  if (!isStepKind(kind) || others.length > 0) {
    context.addIssue({
      code: "custom",
      message: `A step is a map with one key out of: ${Object.keys(stepBodies).join(", ")}; found: ${Object.keys(raw).join(", ") || "none"}.`,
    });
    return z.NEVER;
  }
  const body = stepBodies[kind].safeParse(raw[kind]);
  if (!body.success) {
    for (const issue of body.error.issues) {
      context.addIssue({ code: "custom", message: issue.message, path: [kind, ...issue.path] });
    }
    return z.NEVER;
  }
  // The table pairs each kind with its own schema; TypeScript cannot follow the pairing through an index.
  return { kind, body: body.data } as Step;
});

const stepsSchema: z.ZodType<Step[]> = z.array(stepSchema).max(2_000);

function isStepKind(word: string | undefined): word is StepKind {
  return word !== undefined && Object.hasOwn(stepBodies, word);
}

const replySchema = z.strictObject({
  match: z.string().min(1).max(500).refine(isPattern, "This is not a regular expression."),
  steps: stepsSchema,
});

const scenarioSchema = z.strictObject({
  name: z.string().min(1).max(100),
  seed: z.number().int().nonnegative().default(0),
  steps: stepsSchema,
  on_steer: stepsSchema.default([]),
  replies: z.array(replySchema).max(50).default([]),
});

/** A script for one thread: what it does first, when it is steered, and on later turns. */
export type Scenario = z.output<typeof scenarioSchema>;

/** Reads a scenario from YAML. `source` names it in the error. `BAD_REQUEST` when it does not follow the format. */
export function parseScenario(yaml: string, source: string): Result<Scenario> {
  const next = `Correct ${source}; docs/scenarios.md lists the steps a scenario may have.`;
  if (yaml.length > scenarioFileLimit)
    return fail("TOO_LARGE", `${source} is longer than ${scenarioFileLimit} characters.`, next);
  let raw: unknown;
  try {
    raw = parse(yaml);
  } catch (thrown) {
    return fail("BAD_REQUEST", `${source} is not YAML.`, next, thrown);
  }
  const parsed = scenarioSchema.safeParse(raw);
  if (!parsed.success) return fail("BAD_REQUEST", `${source} is not a scenario.`, next, z.prettifyError(parsed.error));
  if (unrolledSteps(parsed.data.steps) > unrolledLimit) {
    return fail("TOO_LARGE", `${source} comes to more than ${unrolledLimit} steps.`, next);
  }
  return ok(parsed.data);
}

/** How many steps a list comes to with its repeats unrolled; of branches the longest counts. */
export function unrolledSteps(steps: readonly Step[]): number {
  let total = 0;
  for (const step of steps) total += 1 + unrolledInside(step);
  return total;
}

function unrolledInside(step: Step): number {
  switch (step.kind) {
    case "repeat":
      return step.body.times * unrolledSteps(step.body.steps);
    case "approve":
      return Math.max(unrolledSteps(step.body.on_accept), unrolledSteps(step.body.on_decline));
    case "ask":
      return Math.max(0, ...Object.values(step.body.on).map(unrolledSteps));
    default:
      return 0;
  }
}

/** Replaces `{{name}}` in every text of a value, so that a step can carry the words it answers. */
export function fillIn<T>(value: T, words: Readonly<Record<string, string>>): T {
  return fillAny(value, words) as T;
}

function fillAny(value: unknown, words: Readonly<Record<string, string>>): unknown {
  if (typeof value === "string") {
    return value.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => words[name] ?? whole);
  }
  if (Array.isArray(value)) return value.map((inner) => fillAny(inner, words));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillAny(inner, words)]));
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, "i") instanceof RegExp;
  } catch {
    return false;
  }
}
