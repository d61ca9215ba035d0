import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import { parseScenario, type Scenario, type Step } from "../agents/scripted/scenario.ts";
import { planDelete, planEdit } from "../agents/scripted/worktree-files.ts";
import { createGitRunner } from "../git/run.ts";
import { readPolicy } from "../policy/read-policy.ts";
import { renderPrompt } from "../policy/render-prompt.ts";
import { createFilesTracker } from "../trackers/files.ts";
import { createDemoProject } from "./materialise.ts";

const assetsDir = fileURLToPath(new URL("../../../assets/demo", import.meta.url));
const folder = join(assetsDir, "scenarios");
const names = (await readdir(folder)).map((name) => name.replace(/\.yml$/, "")).toSorted();
const scenarios = new Map(await Promise.all(names.map(async (name) => [name, await load(name)] as const)));
const tracker = createFilesTracker({ projectRoot: join(assetsDir, "project"), now: Date.now });

let home: string;
let pristine: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "scenarios-"));
  pristine = join(home, "pristine");
  unwrap(await createDemoProject({ assetsDir, into: pristine, git: createGitRunner({ env: process.env }) }));
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function load(name: string): Promise<Scenario> {
  return unwrap(parseScenario(await readFile(join(folder, `${name}.yml`), "utf8"), `${name}.yml`));
}

/** Every way through a scenario's questions and approvals; the commands to run and the edits to make, in order. */
function ways(steps: readonly Step[]): Step[][] {
  let open: Step[][] = [[]];
  for (const step of steps) {
    const branches = branchesOf(step);
    open = open.flatMap((way) => branches.map((branch) => [...way, ...branch]));
  }
  return open;
}

function branchesOf(step: Step): Step[][] {
  if (step.kind === "ask") return Object.values(step.body.on).flatMap(ways);
  if (step.kind !== "approve") return [[step]];
  const command: Step = { kind: "run", body: { command: step.body.command, expect: 0 } };
  return [...ways(step.body.on_accept).map((way) => [command, ...way]), ...ways(step.body.on_decline)];
}

function shell(cwd: string, command: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "A",
      GIT_AUTHOR_EMAIL: "a@example.org",
      GIT_COMMITTER_NAME: "A",
      GIT_COMMITTER_EMAIL: "a@example.org",
    };
    const child = spawn("/bin/sh", ["-c", command], { cwd, env, timeout: 20_000 });
    let output = "";
    child.stdout.on("data", (data) => (output += String(data)));
    child.stderr.on("data", (data) => (output += String(data)));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** Plays what a step does to a folder; what it says is not played. */
async function play(step: Step, cwd: string): Promise<void> {
  if (step.kind === "edit") await unwrap(await planEdit(cwd, step.body)).apply();
  if (step.kind === "delete") await unwrap(await planDelete(cwd, step.body)).apply();
  if (step.kind === "commit")
    await succeed(
      cwd,
      `git add -A && ! git diff --cached --quiet && git commit -q -m '${step.body.replaceAll("'", "'\\''")}'`,
    );
  if (step.kind === "run") await succeed(cwd, step.body.command, step.body.expect ?? 0);
}

async function succeed(cwd: string, command: string, expected = 0): Promise<void> {
  const { code, output } = await shell(cwd, command);
  if (code !== expected) throw new Error(`${command}\nended with ${code} instead of ${expected}:\n${output}`);
}

async function endOf(cwd: string) {
  const tests = await shell(cwd, "node scripts/run-tests.js");
  const { output: uncommitted } = await shell(cwd, "git status --porcelain");
  const { output: commits } = await shell(cwd, "git rev-list --count HEAD");
  return { tests: tests.code === 0 ? "pass" : tests.output, uncommitted, commitsAdded: Number(commits) > 5 };
}

async function copyOfProject(name: string): Promise<string> {
  const cwd = join(home, name);
  await mkdir(cwd);
  await cp(pristine, cwd, { recursive: true });
  return cwd;
}

const kinds = (name: string) => (scenarios.get(name)?.steps ?? []).map((step) => step.kind);
const withKind = (kind: Step["kind"]) => names.filter((name) => kinds(name).includes(kind));

describe("the demo's scenarios", () => {
  it("are fifteen, one for each ticket, and named like their file", async () => {
    const { tickets, skipped } = unwrap(await tracker.list());
    expect(skipped).toEqual([]);
    expect(tickets.map((ticket) => ticket.extra["model"])).toEqual(names.map((name) => `scripted-${name}`));
    expect([...scenarios.values()].map((scenario) => scenario.name)).toEqual(names);
    expect(names).toHaveLength(15);
  });

  it("ask for approvals, ask questions, fail tests, and leave work for the clean gate", () => {
    expect(withKind("approve").length).toBeGreaterThanOrEqual(3);
    expect(withKind("ask").length).toBeGreaterThanOrEqual(2);
    expect(withKind("commit").length).toBeLessThan(names.length);
    expect(scenarios.get("outbox-retries")?.replies[0]?.match).toBe("\\b(un)?commit");
    expect(Math.max(...names.map((name) => kinds(name).length))).toBeGreaterThan(80);
  });

  it("run under the project's own policy and prompt", async () => {
    const text = await readFile(join(assetsDir, "project", "WORKFLOW.md"), "utf8");
    const policy = unwrap(readPolicy(text, pristine, {}));
    expect(policy.coxswain).toMatchObject({ agent: "scripted", commit: "ask" });
    for (const ticket of unwrap(await tracker.list({ states: policy.tracker.activeStates ?? [] })).tickets) {
      expect(unwrap(await renderPrompt(policy.prompt, ticket, null))).toContain(ticket.title);
    }
  });

  it.concurrent.each(names)(
    "%s leaves a committed, tested change, whichever way the human decides",
    async (name) => {
      const scenario = scenarios.get(name);
      for (const [number, way] of ways(scenario?.steps ?? []).entries()) {
        const cwd = await copyOfProject(`${name}-${number}`);
        for (const step of way) await play(step, cwd);
        for (const reply of scenario?.replies ?? []) for (const step of reply.steps) await play(step, cwd);
        expect(await endOf(cwd)).toEqual({ tests: "pass", uncommitted: "", commitsAdded: true });
      }
    },
    60_000,
  );
});
