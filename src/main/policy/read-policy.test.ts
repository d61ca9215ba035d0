import { describe, expect, it } from "vitest";
import type { Policy } from "./policy.ts";
import { defaultPolicy } from "./policy.ts";
import { readPolicy } from "./read-policy.ts";

const env = { HOME: "/home/anna", SEVEN: "7", EMPTY: "", AGENT_MAX_TURNS: "1", WS: "/srv/ws" };

function policyOf(frontMatter: string, prompt = "Do it."): Policy {
  const read = readPolicy(`---\n${frontMatter}\n---\n${prompt}`, "/project", env);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

function refusalOf(text: string): string {
  const read = readPolicy(text, "/project", env);
  if (read.ok) throw new Error("was accepted");
  expect(read.error.next).not.toBe("");
  return read.error.message;
}

const refused = (frontMatter: string) => refusalOf(`---\n${frontMatter}\n---\n`);

describe("front matter that would keep the parser busy for minutes", () => {
  it("is refused at once", () => {
    const begun = performance.now();
    expect(refused(`${"{[".repeat(900)}a${"]: b}".repeat(900)}`)).toContain("workflow_parse_error");
    expect(refused("a: b\n".repeat(10_000))).toContain("workflow_parse_error");
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe("the fences of WORKFLOW.md", () => {
  it("takes only the first closing fence and keeps later rules in the prompt", () => {
    expect(policyOf("tracker:\n  kind: files", "One\n\n---\n\nTwo").prompt).toBe("One\n\n---\n\nTwo");
  });

  it("reads CRLF endings and a byte order mark", () => {
    const read = readPolicy("\uFEFF---\r\nagent:\r\n  max_turns: 3\r\n---\r\n\r\nDo it.\r\n", "/project", env);
    expect(read).toMatchObject({ ok: true, value: { prompt: "Do it.", agent: { maxTurns: 3 } } });
  });

  it("leaves an indented --- inside a block scalar alone", () => {
    expect(policyOf("hooks:\n  before_run: |\n    echo a\n    ---\n    echo b").hooks.beforeRun).toBe(
      "echo a\n---\necho b\n",
    );
  });

  it("takes a file without front matter as the prompt", () => {
    const read = readPolicy("\n\n  Just do it.\n --- \n\n", "/project", env);
    expect(read).toMatchObject({ ok: true, value: { prompt: "Just do it.\n ---", tracker: { kind: null } } });
  });

  it("trims the prompt, and puts the default one in the place of a blank one", () => {
    expect(policyOf("{}", "\n\n\nHello\n\n\n").prompt).toBe("Hello");
    expect(policyOf("{}", "\n \n").prompt).toBe(defaultPolicy.prompt);
  });

  it.each([
    ["---\nagent: {}\nPrompt", "workflow_parse_error"],
    ["---\nagent: [1\n---\n", "workflow_parse_error"],
    ["---\na: 1\na: 2\n---\n", "workflow_parse_error"],
    ["---\n- a\n- b\n---\n", "workflow_front_matter_not_a_map"],
    ["---\njust words\n---\n", "workflow_front_matter_not_a_map"],
  ])("names what is wrong with %j", (text, name) => {
    expect(refusalOf(text)).toMatch(new RegExp(`^${name}: `));
  });

  it("refuses a file that multiplies itself by aliases", () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefgh".split("").map((c, i) => `${c}: &${c} [${Array(9).fill(`*${"abcdefgh"[i]}`).join(",")}]`),
    ].join("\n");
    expect(refused(bomb)).toMatch(/^workflow_parse_error/);
  });
});

describe("the settings of WORKFLOW.md", () => {
  it("fills in Symphony's defaults", () => {
    expect(policyOf("")).toEqual({
      ...defaultPolicy,
      tracker: { ...defaultPolicy.tracker, kind: null },
      agent: { ...defaultPolicy.agent, maxConcurrentAgents: 10 },
      prompt: "Do it.",
    });
  });

  it("starts fifteen at once where there is no file", () => {
    expect(defaultPolicy.agent.maxConcurrentAgents).toBe(15);
  });

  it("ignores keys it does not know, also a config nested below another key", () => {
    const policy = policyOf(
      "future_key: {a: 1}\nconfig:\n  agent: {max_turns: 1}\nagent:\n  max_turns: 5\n  mood: good",
    );
    expect(policy.agent.maxTurns).toBe(5);
  });

  it("counts a key without a value as left out", () => {
    expect(policyOf("agent:\ncodex:\n  command:\nhooks:\n  timeout_ms:")).toMatchObject({
      codex: { command: "codex app-server" },
      hooks: { timeoutMs: 60_000 },
    });
  });

  it("resolves a variable only where it is written, before it is coerced", () => {
    expect(policyOf("agent:\n  max_concurrent_agents: $SEVEN").agent).toMatchObject({
      maxConcurrentAgents: 7,
      maxTurns: 20,
    });
    expect(refused("agent:\n  max_turns: $NOT_THERE")).toBe(
      "invalid_workflow_config: agent.max_turns names the variable $NOT_THERE, which is not set.",
    );
    expect(refused("workspace:\n  root: $EMPTY")).toContain("workspace.root names the variable $EMPTY");
  });

  it("never tells one where a word is shown or sent: it may be a secret", () => {
    const words = "tracker:\n  kind: $SEVEN\ncoxswain:\n  model: $SEVEN\n  base: $SEVEN";
    const { tracker, coxswain } = policyOf(words);
    expect([tracker.kind, coxswain.model, coxswain.base]).toEqual(["$SEVEN", "$SEVEN", "$SEVEN"]);
  });

  it("leaves commands, scripts and the tracker's own settings verbatim", () => {
    const policy = policyOf(
      "tracker:\n  kind: files\n  provider: {key: $SEVEN, dir: ~/x, more: {deep: null}}\nhooks:\n  after_create: $SEVEN\ncodex:\n  command: 'FOO=$BAR codex \"a b\"'",
    );
    expect(policy.tracker.provider).toEqual({ key: "$SEVEN", dir: "~/x", more: { deep: null } });
    expect(policy.hooks.afterCreate).toBe("$SEVEN");
    expect(policy.codex.command).toBe('FOO=$BAR codex "a b"');
  });

  it.each([
    ["./ws", "/project/ws"],
    ["~/ws", "/home/anna/ws"],
    ["$WS", "/srv/ws"],
    ["/abs", "/abs"],
  ])("makes the workspace root %s absolute", (written, root) => {
    expect(policyOf(`workspace:\n  root: ${written}`).workspace.root).toBe(root);
  });

  it.each([
    ["agent:\n  max_turns: 0", "agent.max_turns must be a whole number above 0"],
    ["agent:\n  max_turns: x", "agent.max_turns must be a whole number above 0"],
    ["hooks:\n  timeout_ms: 0", "hooks.timeout_ms must"],
    ["hooks:\n  timeout_ms: abc", "hooks.timeout_ms must"],
    ["hooks:\n  before_run: [a]", "hooks.before_run must be a shell script"],
    ["codex:\n  command: '  '", "codex.command must not be blank"],
    ["tracker: 5", "tracker must be a map"],
    ["tracker:\n  active_states: todo", "tracker.active_states must be a list of states"],
    ["coxswain:\n  agent: hal", "coxswain.agent must be one of: codex, scripted"],
    ["coxswain:\n  commit: never", "coxswain.commit must be one of: ask, engine"],
    ["coxswain:\n  confinement: some", "coxswain.confinement must be one of: available, required, none"],
    ["coxswain:\n  network: lan", "coxswain.network must be one of: none, full"],
    [
      "coxswain:\n  budget:\n    workstream: {tokens: -1}",
      "coxswain.budget.workstream.tokens must be a number above 0",
    ],
    ["coxswain:\n  budget:\n    fleet: {money: 5}", "coxswain.budget.fleet.money needs coxswain.prices"],
    ["coxswain:\n  prices:\n    models: {m: {input: 1, cached: 1}}", "coxswain.prices.models.m.output must be a price"],
  ])("refuses %j and names the key", (frontMatter, message) => {
    expect(refused(frontMatter)).toContain(`invalid_workflow_config: ${message}`);
  });

  it("drops unusable limits per state and normalizes the others", () => {
    const policy = policyOf(
      'agent:\n  max_concurrent_agents_by_state: {" Todo ": 1, Review: 0, Done: bad, Rework: "2"}',
    );
    expect(policy.agent.maxConcurrentAgentsByState).toEqual({ todo: 1, rework: 2 });
  });

  it("hands the agent's policies on as written", () => {
    const policy = policyOf(
      "codex:\n  approval_policy: {granular: {rules: true, x: null}}\n  turn_sandbox_policy: {type: workspaceWrite}",
    );
    expect(policy.codex.approvalPolicy).toEqual({ granular: { rules: true, x: null } });
    expect(policy.codex.turnSandboxPolicy).toEqual({ type: "workspaceWrite" });
  });

  it("turns stall detection off at zero and below", () => {
    expect(policyOf("codex:\n  stall_timeout_ms: -1").coxswain.stallMinutes).toBeNull();
    expect(policyOf("codex:\n  stall_timeout_ms: 120000").coxswain.stallMinutes).toBe(2);
    expect(policyOf("codex:\n  stall_timeout_ms: -1\ncoxswain:\n  stall_minutes: 9").coxswain.stallMinutes).toBe(9);
    expect(policyOf("coxswain:\n  stall_minutes: 0").coxswain.stallMinutes).toBeNull();
  });

  it("normalizes required labels and keeps the spelling of states", () => {
    const { tracker } = policyOf(
      'tracker:\n  kind: files\n  required_labels: [" Symphony ", " "]\n  active_states: [In Progress]',
    );
    expect(tracker).toMatchObject({
      requiredLabels: ["symphony", ""],
      activeStates: ["In Progress"],
      terminalStates: null,
    });
  });

  it("reads Coxswain's own keys", () => {
    const policy = policyOf(
      [
        "coxswain:",
        "  agent: scripted",
        "  model: m",
        "  base: trunk",
        "  max_rounds: 3",
        "  warm_worktrees: 4",
        "  copy: [./node_modules/, {folder: vendor/bundle, lock: Gemfile.lock}]",
        "  budget:",
        "    workstream: {tokens: 1000, minutes: null, money: 2.5}",
        "    fleet:",
        "  prices:",
        "    currency: EUR",
        "    models: {m: {input: 1.25, cached: 0.125, output: 10}}",
        "  commit: engine",
        "  confinement: required",
        "  network: none",
      ].join("\n"),
    );
    expect(policy.coxswain).toEqual({
      agent: "scripted",
      model: "m",
      base: "trunk",
      maxRounds: 3,
      budget: { workstream: { tokens: 1000, money: 2.5 }, fleet: {} },
      prices: { currency: "EUR", models: { m: { input: 1.25, cached: 0.125, output: 10 } } },
      commit: "engine",
      confinement: "required",
      network: "none",
      stallMinutes: 5,
      warmWorktrees: 4,
      copy: [
        { folder: "node_modules", lock: null },
        { folder: "vendor/bundle", lock: "Gemfile.lock" },
      ],
    });
  });
});
