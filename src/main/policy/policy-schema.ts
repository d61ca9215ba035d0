import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { budgetSchema } from "../../contract/usage.ts";
import type { Json, Policy } from "./policy.ts";
import { defaultPolicy } from "./policy.ts";

/** The variables a `$NAME` in the file may name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The front matter of `WORKFLOW.md` as a zod schema that fills in defaults. Unknown keys are dropped, so that a newer file loads in an older
 * build. A value that is exactly `$NAME` is replaced where a number or a path is meant; scripts, commands and the tracker's own settings are
 * never touched, and no word is, since words are shown and sent: a repository would have a secret of the environment told by its model's name. The environment overrides nothing by itself.
 *
 * @param directory absolute; a relative `workspace.root` is relative to it
 */
export function frontMatterSchema(directory: string, env: Environment) {
  const d = defaultPolicy;
  const variable = <T extends z.ZodType>(schema: T) =>
    z.preprocess((value, context) => {
      const name = typeof value === "string" ? /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(value)?.[1] : undefined;
      if (name === undefined) return value;
      const found = env[name];
      if (found !== undefined && found !== "") return found;
      context.addIssue({ code: "custom", message: `names the variable $${name}, which is not set` });
      return z.NEVER;
    }, schema);

  const whole = (schema: z.ZodNumber) => variable(z.preprocess(numberOfText, schema));
  const positive = whole(
    z.int({ error: "must be a whole number above 0" }).positive({ error: "must be a whole number above 0" }),
  );
  const word = z.string({ error: "must be a text" }).trim().min(1, { error: "must not be blank" });
  const script = z.string({ error: "must be a shell script (a text)" }).nullable();
  const limit = variable(
    z.preprocess(
      numberOfText,
      z.number({ error: "must be a number above 0" }).positive({ error: "must be a number above 0" }),
    ),
  );
  const states = z.array(z.string().trim().min(1), { error: "must be a list of states" });
  const budget = map({ tokens: limit.optional(), minutes: limit.optional(), money: limit.optional() })
    .transform((written) => budgetSchema.parse(written))
    .prefault({});

  const tracker = map({
    kind: word.nullable().default(null),
    provider: z.record(z.string(), json, { error: "must be a map" }).default({}),
    required_labels: z.array(z.string().transform(normalize), { error: "must be a list of labels" }).default([]),
    active_states: states.nullable().default(null),
    terminal_states: states.nullable().default(null),
  });
  const hooks = map({
    after_create: script.default(null),
    before_run: script.default(null),
    after_run: script.default(null),
    before_remove: script.default(null),
    timeout_ms: positive.default(d.hooks.timeoutMs),
  });
  const agent = map({
    max_concurrent_agents: positive.default(10),
    max_turns: positive.default(d.agent.maxTurns),
    max_retry_backoff_ms: positive.default(d.agent.maxRetryBackoffMs),
    max_concurrent_agents_by_state: z
      .record(z.string(), z.unknown(), { error: "must be a map" })
      .transform(usableLimits)
      .default({}),
  });
  const codex = map({
    command: z
      .string({ error: "must be a shell command" })
      .refine((command) => command.trim() !== "", { error: "must not be blank" })
      .default(d.codex.command),
    approval_policy: json.default(d.codex.approvalPolicy),
    thread_sandbox: json.default(d.codex.threadSandbox),
    turn_sandbox_policy: json.default(d.codex.turnSandboxPolicy),
    turn_timeout_ms: positive.default(d.codex.turnTimeoutMs),
    read_timeout_ms: positive.default(d.codex.readTimeoutMs),
    stall_timeout_ms: whole(z.int({ error: "must be a whole number" })).default(d.codex.stallTimeoutMs),
  });
  const coxswain = map({
    agent: oneOf(["codex", "scripted"]).default(d.coxswain.agent),
    model: word.nullable().default(null),
    base: word.nullable().default(null),
    max_rounds: positive.default(d.coxswain.maxRounds),
    budget: map({ workstream: budget, fleet: budget }).prefault({}),
    prices: prices.nullable().default(null),
    commit: oneOf(["ask", "engine"]).default(d.coxswain.commit),
    confinement: oneOf(["available", "required", "none"]).default(d.coxswain.confinement),
    network: oneOf(["none", "full"]).nullable().default(d.coxswain.network),
    copy: z.array(copied, { error: "must be a list of folders" }).max(20).nullable().default(null),
    warm_worktrees: whole(
      z.int({ error: warmError }).min(0, { error: warmError }).max(mostWarm, { error: warmError }),
    ).default(d.coxswain.warmWorktrees),
    stall_minutes: variable(
      z.preprocess(numberOfText, z.number({ error: "must be a number of minutes; 0 means never" }).min(0)),
    ).optional(),
  });

  return map({
    tracker: tracker.prefault({}),
    polling: map({ interval_ms: positive.default(d.polling.intervalMs) }).prefault({}),
    workspace: map({
      root: variable(word.transform(absolute(directory, env["HOME"])))
        .nullable()
        .default(null),
    }).prefault({}),
    hooks: hooks.prefault({}),
    agent: agent.prefault({}),
    codex: codex.prefault({}),
    coxswain: coxswain.prefault({}).superRefine(moneyNeedsPrices),
  });
}

type FrontMatter = z.output<ReturnType<typeof frontMatterSchema>>;

/** Gives the file's keys the names the engine uses. */
export function policyOf(file: FrontMatter, prompt: string): Policy {
  const { tracker, hooks, agent, codex, coxswain } = file;
  return {
    tracker: {
      kind: tracker.kind,
      provider: tracker.provider,
      requiredLabels: tracker.required_labels,
      activeStates: tracker.active_states,
      terminalStates: tracker.terminal_states,
    },
    polling: { intervalMs: file.polling.interval_ms },
    workspace: { root: file.workspace.root },
    hooks: {
      afterCreate: hooks.after_create,
      beforeRun: hooks.before_run,
      afterRun: hooks.after_run,
      beforeRemove: hooks.before_remove,
      timeoutMs: hooks.timeout_ms,
    },
    agent: {
      maxConcurrentAgents: agent.max_concurrent_agents,
      maxTurns: agent.max_turns,
      maxRetryBackoffMs: agent.max_retry_backoff_ms,
      maxConcurrentAgentsByState: agent.max_concurrent_agents_by_state,
    },
    codex: {
      command: codex.command,
      approvalPolicy: codex.approval_policy,
      threadSandbox: codex.thread_sandbox,
      turnSandboxPolicy: codex.turn_sandbox_policy,
      turnTimeoutMs: codex.turn_timeout_ms,
      readTimeoutMs: codex.read_timeout_ms,
      stallTimeoutMs: codex.stall_timeout_ms,
    },
    coxswain: {
      agent: coxswain.agent,
      model: coxswain.model,
      base: coxswain.base,
      maxRounds: coxswain.max_rounds,
      budget: coxswain.budget,
      prices: coxswain.prices,
      commit: coxswain.commit,
      confinement: coxswain.confinement,
      network: coxswain.network,
      copy: coxswain.copy,
      warmWorktrees: coxswain.warm_worktrees,
      stallMinutes: stallMinutes(coxswain.stall_minutes, codex.stall_timeout_ms),
    },
    prompt,
  };
}

const relative = z
  .string({ error: "must be a path" })
  .transform((written) => written.replace(/^\.\//, "").replace(/\/+$/, ""))
  .refine((name) => name !== "" && !name.startsWith("/") && !name.split("/").some((part) => /^\.{0,2}$/.test(part)), {
    error: "must be a path within the project",
  });
const copied = z.union(
  [
    relative.transform((folder) => ({ folder, lock: null })),
    z.object({ folder: relative, lock: relative.nullable().default(null) }),
  ],
  { error: "must be a folder within the project, or a map of folder and lock" },
);

const mostWarm = 15;
const warmError = `must be a whole number from 0 to ${mostWarm}`;

const json: z.ZodType<Json> = z.json();

/** A map whose unknown keys are dropped and whose keys without a value (`key:`) count as left out. */
function map<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(withoutBlanks, z.object(shape, { error: "must be a map" }));
}

function withoutBlanks(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null));
}

function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `must be one of: ${words.join(", ")}` });
}

const price = z.number({ error: "must be a price, 0 or more" }).min(0, { error: "must be a price, 0 or more" });
const prices = map({
  currency: z.string().trim().min(1).max(8).default("USD"),
  models: z.record(z.string(), map({ input: price, cached: price, output: price }), {
    error: "must be a map from model to prices",
  }),
});

function numberOfText(value: unknown): unknown {
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
}

function normalize(word: string): string {
  return word.trim().toLowerCase();
}

/** Symphony drops an unusable entry instead of refusing the file. */
function usableLimits(written: Record<string, unknown>): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const [state, limit] of Object.entries(written)) {
    const count = numberOfText(limit);
    if (typeof count === "number" && Number.isInteger(count) && count > 0) limits[normalize(state)] = count;
  }
  return limits;
}

function absolute(directory: string, home: string | undefined) {
  return (written: string, context: z.RefinementCtx): string => {
    if (written !== "~" && !written.startsWith("~/")) return resolve(directory, written);
    if (home !== undefined && isAbsolute(home)) return resolve(home, `.${written.slice(1)}`);
    context.addIssue({ code: "custom", message: "begins with ~, and HOME is not set" });
    return z.NEVER;
  };
}

function stallMinutes(written: number | undefined, stallTimeoutMs: number): number | null {
  const minutes = written ?? stallTimeoutMs / 60_000;
  return minutes > 0 ? minutes : null;
}

/** A limit that could never be reached would be a false comfort. */
function moneyNeedsPrices(
  written: {
    budget: { workstream: { money?: number | undefined }; fleet: { money?: number | undefined } };
    prices: unknown;
  },
  context: z.RefinementCtx,
): void {
  if (written.prices !== null) return;
  for (const whose of ["workstream", "fleet"] as const) {
    if (written.budget[whose].money === undefined) continue;
    context.addIssue({
      code: "custom",
      path: ["budget", whose, "money"],
      message: "needs coxswain.prices, or it could never be reached",
    });
  }
}
