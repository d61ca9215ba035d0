import { chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Problem } from "../../contract/errors.ts";
import type { Policy } from "./policy.ts";
import { defaultPolicy } from "./policy.ts";
import type { PolicyWatcher } from "./watch-policy.ts";
import { createPolicyWatcher } from "./watch-policy.ts";

let root: string;
let file: string;
let changes: Policy[];
let rejections: Problem[];
let watcher: PolicyWatcher | undefined;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "policy-"));
  file = join(root, "WORKFLOW.md");
  changes = [];
  rejections = [];
});

afterEach(async () => {
  watcher?.close();
  watcher = undefined;
  await rm(root, { recursive: true, force: true });
});

/** Without `events` the file is only looked at when `refresh` is called. */
async function open(events = false): Promise<PolicyWatcher> {
  watcher = await createPolicyWatcher({
    projectRoot: root,
    env: {},
    onChange: (policy) => changes.push(policy),
    onRejected: (problem) => rejections.push(problem),
    after: (ms, call) => {
      const timer = setTimeout(events ? call : () => {}, ms);
      return () => clearTimeout(timer);
    },
  });
  return watcher;
}

const turns = (count: number | string) => `---\nagent: {max_turns: ${count}}\n---\nDo it.`;

describe("the policy watcher", () => {
  it("has the default policy where there is no file, and notices one that comes", async () => {
    const policies = await open();
    expect(policies.current()).toEqual({ policy: defaultPolicy, problem: null });
    await writeFile(file, turns(3));
    expect((await policies.refresh()).policy?.agent.maxTurns).toBe(3);
  });

  it("says nothing when nothing changed", async () => {
    await writeFile(file, turns(3));
    const policies = await open();
    await policies.refresh();
    await policies.refresh();
    expect(changes).toHaveLength(1);
  });

  it.each([
    ["an edit in place", (text: string) => writeFile(file, text)],
    [
      "a rename over it",
      async (text: string) => {
        await writeFile(`${file}.new`, text);
        await rename(`${file}.new`, file);
      },
    ],
    [
      "a removal and a new file, as a checkout does",
      async (text: string) => {
        await rm(file);
        await writeFile(file, text);
      },
    ],
  ])("notices %s by itself", async (_how, change) => {
    await writeFile(file, turns(3));
    const policies = await open(true);
    await change(turns(4));
    await vi.waitFor(() => expect(policies.current().policy?.agent.maxTurns).toBe(4), { timeout: 5_000 });
    await change(turns(5));
    await vi.waitFor(() => expect(policies.current().policy?.agent.maxTurns).toBe(5), { timeout: 5_000 });
  });

  it("honours a change of the same size and time at the next refresh", async () => {
    const time = new Date("2026-01-01T00:00:00Z");
    await writeFile(file, turns(3));
    await utimes(file, time, time);
    const policies = await open();
    await writeFile(file, turns(4));
    await utimes(file, time, time);
    expect((await policies.refresh()).policy?.agent.maxTurns).toBe(4);
  });

  it("keeps the last good policy while the file is broken, tells once, and takes the repaired file", async () => {
    await writeFile(file, turns(3));
    const policies = await open();
    await writeFile(file, turns("zero"));
    await policies.refresh();
    const { policy, problem } = await policies.refresh();
    expect(policy?.agent.maxTurns).toBe(3);
    expect(problem?.message).toContain("agent.max_turns");
    expect(rejections).toHaveLength(1);
    await writeFile(file, turns(3));
    expect(await policies.refresh()).toMatchObject({ problem: null });
    expect(changes).toHaveLength(2);
  });

  it("never falls back to the default policy when the first file is broken", async () => {
    await writeFile(file, "---\n- a\n---\n");
    const policies = await open();
    expect(policies.current().policy).toBeNull();
    expect(policies.current().problem?.message).toMatch(/^workflow_front_matter_not_a_map/);
  });

  it.each([
    ["removed", () => rm(file)],
    [
      "a folder",
      async () => {
        await rm(file);
        await mkdir(file);
      },
    ],
    ["huge", () => writeFile(file, "x".repeat(300 * 1024))],
  ])("keeps the last good policy when the file is %s", async (_what, change) => {
    await writeFile(file, turns(3));
    const policies = await open();
    await change();
    const { policy, problem } = await policies.refresh();
    expect(policy?.agent.maxTurns).toBe(3);
    expect(problem?.message).toMatch(/^missing_workflow_file/);
  });

  it("refuses a link out of the project and follows one within", async () => {
    const outside = await mkdtemp(join(tmpdir(), "private-"));
    await writeFile(join(outside, "key"), "a private key");
    await symlink(join(outside, "key"), file);
    const policies = await open();
    expect(policies.current()).toMatchObject({ policy: null, problem: { code: "UNAVAILABLE" } });
    await rm(outside, { recursive: true });
    await writeFile(join(root, "flow.md"), turns(3));
    await rm(file);
    await symlink("flow.md", file);
    expect((await policies.refresh()).policy?.agent.maxTurns).toBe(3);
  });

  it.skipIf(process.getuid?.() === 0)("names a file it may not read", async () => {
    await writeFile(file, turns(3));
    await chmod(file, 0o000);
    const policies = await open();
    expect(policies.current()).toMatchObject({ policy: null, problem: { code: "UNAVAILABLE" } });
  });

  it("is silent once closed", async () => {
    const policies = await open();
    policies.close();
    await writeFile(file, turns(3));
    await policies.refresh();
    expect(changes).toEqual([defaultPolicy]);
  });
});
