import { describe, expect, it } from "vitest";
import { settingOf } from "./thread-config.ts";

describe("a thread's configuration", () => {
  const setting = { env: { PATH: "/bin", PORT: "1" }, toolsUrl: "http://127.0.0.1:1/mcp/x" };

  it.each([
    ["nested", { shell_environment_policy: { set: { PORT: "1" } }, mcp_servers: { cox: { url: setting.toolsUrl } } }],
    ["dotted", { "shell_environment_policy.set": { PORT: "1" }, "mcp_servers.cox.url": setting.toolsUrl }],
    ["half dotted", { "shell_environment_policy.set": { PORT: "1" }, "mcp_servers.cox": { url: setting.toolsUrl } }],
  ])("is read when it is %s", (_, config) => {
    expect(settingOf(config, { PATH: "/bin", SECRET: "x" })).toEqual(setting);
  });

  it("may be empty or nonsense", () => {
    expect(settingOf({}, {})).toEqual({ env: {}, toolsUrl: undefined });
    expect(settingOf({ mcp_servers: { cox: { url: "no" } }, shell_environment_policy: 3 }, {})).toEqual({
      env: {},
      toolsUrl: undefined,
    });
  });
});
