import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { guardKernel } from "./guard-kernel.ts";

let folder = "";
const real = () => path.join(folder, "it's real");
const ours = () => path.join(folder, "tools");

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "guard-kernel-"));
  await mkdir(real());
  await writeFile(path.join(real(), "bwrap"), `#!/bin/sh\nprintf '%s\\n' "$@"\n`, { mode: 0o755 });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function told(...args: readonly string[]): readonly string[] {
  return execFileSync(path.join(ours(), "bwrap"), args, { encoding: "utf8" }).trimEnd().split("\n");
}

describe("the bwrap of an engine that runs as root", () => {
  it("lays the kernel's settings read-only over what was mounted, and once", async () => {
    expect(await guardKernel(ours(), ["", "relative", path.join(folder, "none"), real()])).toBe(ours());
    const args = told("--proc", "/proc", "--argv0", "a name", "--", "sh", "-c", "echo -- $HOME", "--", "x y");
    expect(args.slice(0, 7)).toEqual([
      "--proc",
      "/proc",
      "--argv0",
      "a name",
      "--ro-bind-try",
      "/proc/sys",
      "/proc/sys",
    ]);
    expect(args.slice(args.indexOf("--"))).toEqual(["--", "sh", "-c", "echo -- $HOME", "--", "x y"]);
    expect(args.filter((each) => each === "/proc/sys")).toHaveLength(2);
  });

  it("is made by many at once, and leaves nothing beside it", async () => {
    await Promise.all(Array.from({ length: 30 }, () => guardKernel(ours(), [real()])));
    expect(await readdir(ours())).toEqual(["bwrap"]);
    expect(told("--help")).toEqual(["--help"]);
  });

  it("passes on what starts nothing as it is", async () => {
    await guardKernel(ours(), [real()]);
    expect(told("--help")).toEqual(["--help"]);
  });

  it("does not exist where there is none to start", async () => {
    expect(await guardKernel(ours(), [path.join(folder, "none")])).toBeUndefined();
  });
});
