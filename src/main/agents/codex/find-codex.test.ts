import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findCodex } from "./find-codex.ts";

let root = "";

beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(os.tmpdir(), "find-codex-")));
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function program(file: string, says: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho "${says}"\n`, { mode: 0o755 });
  return file;
}

const triple = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-${process.platform === "darwin" ? "apple-darwin" : "unknown-linux-musl"}`;

/** What `npm install` leaves: a link to the wrapper, and the program in the platform's own package. */
async function installed(folder: string, version: string): Promise<string> {
  const modules = path.join(folder, "node_modules");
  const wrapper = await program(path.join(modules, "@openai/codex/bin/codex.js"), "the wrapper, which must not be run");
  await mkdir(path.join(modules, ".bin"));
  await symlink(wrapper, path.join(modules, ".bin/codex"));
  const native = path.join(modules, `@openai/codex-${process.platform}-${process.arch}`, "vendor", triple, "bin/codex");
  return program(native, `codex-cli ${version}`);
}

describe("finding Codex", () => {
  it("takes the program inside the npm package and not the wrapper", async () => {
    const native = await installed(root, "0.169.0");
    expect(await findCodex({ path: "", installFolder: root })).toEqual({
      ok: true,
      value: { program: native, version: "0.169.0", called: native },
    });
  });

  it("prefers the PATH to our own installation, and the setting to both", async () => {
    await installed(path.join(root, "ours"), "0.169.0");
    const onPath = await program(path.join(root, "bin/codex"), "codex-cli 0.170.0");
    const set = await program(path.join(root, "mine"), "codex-cli 0.171.0-alpha.1");
    const places = { path: `relative:${path.dirname(onPath)}`, installFolder: path.join(root, "ours") };
    expect(await findCodex(places)).toMatchObject({ value: { program: onPath, called: "codex" } });
    expect(await findCodex({ ...places, setting: set })).toEqual({
      ok: true,
      value: { program: set, version: "0.171.0-alpha.1", called: set },
    });
  });

  it("passes over what does not answer as Codex", async () => {
    const other = await program(path.join(root, "bin/codex"), "some other codex");
    const native = await installed(path.join(root, "ours"), "0.169.0");
    const places = { path: path.dirname(other), installFolder: path.join(root, "ours") };
    expect(await findCodex(places)).toMatchObject({ value: { program: native } });
    expect(await findCodex({ ...places, setting: other })).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  });

  it("says what to do when there is none", async () => {
    const none = await findCodex({ path: root, installFolder: root });
    expect(none).toMatchObject({
      ok: false,
      error: { code: "NOT_FOUND", next: expect.stringContaining("`cox doctor --install codex`") as string },
    });
  });
});
