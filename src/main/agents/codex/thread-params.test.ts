import { describe, expect, it } from "vitest";
import type { ThreadOptions } from "../agent.ts";
import { threadParams } from "./thread-params.ts";

const home = { folder: "/home/cox/codex", empty: "/home/cox/codex/empty" };
const options: ThreadOptions = {
  folder: "/home/cox/worktrees/p/w1",
  approvals: "on-request",
  env: { COXSWAIN_WORKSTREAM: "w1" },
  tools: { url: "http://127.0.0.1:1/mcp/token" },
  confinement: {
    mode: "workspace-write",
    writable: ["/repo/.git/objects", "/repo/.git/worktrees/w1"],
    readOnly: ["/repo/.git/worktrees/w1/commondir"],
    hidden: ["/home/cox", "/home/cox/vault", "/root/.ssh"],
  },
};

describe("a thread's options in Codex's words", () => {
  it("confines commands to the worktree and what its commits need", () => {
    expect(threadParams(home, { PATH: "/bin" }, options).start).toMatchObject({
      config: {
        default_permissions: "cox",
        permissions: {
          cox: {
            filesystem: {
              ":root": "read",
              "/home/cox": "none",
              "/root/.ssh": "none",
              "/home/cox/worktrees/p/w1": "write",
              "/home/cox/worktrees/p/w1/.git": "read",
              "/repo/.git/worktrees/w1": "write",
              "/repo/.git/worktrees/w1/commondir": "read",
              "/repo/.git/objects": "write",
              "/repo/.git/objects/.codex": "write",
            },
            network: { enabled: false },
          },
        },
        shell_environment_policy: { inherit: "none", set: { PATH: "/bin", COXSWAIN_WORKSTREAM: "w1", SHLVL: "1" } },
      },
    });
  });

  it("hides a folder once, since Codex cannot hide inside what is hidden", () => {
    const { start } = threadParams(home, {}, options);
    expect(JSON.stringify(start)).not.toContain("/home/cox/vault");
    expect(JSON.stringify(start)).not.toContain('"/home/cox/codex":"none"');
  });

  it("never names the worktree as a thread's cwd, which would trust its configuration", () => {
    const { start, again, turn } = threadParams(home, {}, options);
    expect(start).not.toHaveProperty("cwd");
    expect(again).toMatchObject({ cwd: home.empty });
    expect(turn).toEqual({
      environments: [{ environmentId: "local", cwd: options.folder }],
      runtimeWorkspaceRoots: [options.folder],
    });
  });

  it("lifts the sandbox only where the confinement says so", () => {
    const { start } = threadParams(home, {}, { ...options, confinement: { mode: "none" } });
    expect(start).toMatchObject({ config: { default_permissions: ":danger-full-access" } });
  });
});
