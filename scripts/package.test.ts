import path from "node:path";
import { describe, expect, test } from "vitest";
import { builderArgs, readPackageOptions } from "./package.mjs";
import { root, Stop } from "./run.mjs";
import { packageOf } from "./third-party.mjs";

describe("npm run package", () => {
  test("makes installers into dist/, or a folder somewhere else", () => {
    expect(readPackageOptions([])).toEqual({ isFolder: false, out: path.join(root, "dist") });
    expect(readPackageOptions(["--dir", "--out", "/elsewhere"])).toEqual({ isFolder: true, out: "/elsewhere" });
  });

  test("refuses what it does not know with what there is", () => {
    expect(() => readPackageOptions(["--publish", "always"])).toThrow(Stop);
    expect(() => readPackageOptions(["mac"])).toThrow(Stop);
  });

  test("never publishes, whatever the environment says", () => {
    const args = builderArgs({ isFolder: false, out: "/dist" }, { COXSWAIN_UPDATE_URL: "https://updates.example" });
    expect(args).toContain("--publish=never");
    expect(args).toContain("-c.publish.url=https://updates.example");
    expect(builderArgs({ isFolder: false, out: "/dist" }, {}).join(" ")).not.toContain("-c.publish.");
  });

  test("takes no place for updates that anybody on the way could answer for", () => {
    const env = { COXSWAIN_UPDATE_URL: "http://updates.example" };
    expect(() => builderArgs({ isFolder: false, out: "/dist" }, env)).toThrow("Updates can only be had over https.");
  });
});

test("a module belongs to the innermost package that it lies in, the bundler's help to the bundler, and ours to nobody", () => {
  expect(packageOf("/p/node_modules/zod/v4/core.js")).toBe("/p/node_modules/zod");
  expect(packageOf("/p/node_modules/@orpc/server/dist/a.mjs?v=1")).toBe("/p/node_modules/@orpc/server");
  expect(packageOf("/p/node_modules/a/node_modules/b/index.js")).toBe("/p/node_modules/a/node_modules/b");
  expect(packageOf("\0/p/node_modules/react/index.js?commonjs-proxy")).toBe("/p/node_modules/react");
  expect(packageOf("\0vite/preload-helper.js")).toBe(path.join(root, "node_modules/vite"));
  expect(packageOf("/p/src/main/engine.ts")).toBeUndefined();
});
