import { execFile } from "node:child_process";
import {
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ok } from "../../contract/errors.ts";
import { cloneFile, type CloneFile } from "./clone-tree.ts";
import { copyFolders, type CopyOutcome } from "./copy-folders.ts";

const run = promisify(execFile);

let folder: string;
let root: string;
let to: string;
let clones: number;
let ignored: boolean;

const ignores = { isIgnored: () => Promise.resolve(ok(ignored)) };

/** As on a file system that shares blocks, but for the sharing. */
const plainCopy: CloneFile = (from, target) => {
  clones += 1;
  return copyFile(from, target);
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "cox-copy-"));
  await layOut(folder);
  clones = 0;
  ignored = true;
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A checkout with its dependencies, and a worktree without. */
async function layOut(base: string): Promise<void> {
  root = path.join(base, "repo");
  to = path.join(base, "trees", "work");
  await mkdir(path.join(root, "node_modules", ".bin"), { recursive: true });
  await mkdir(path.join(root, "node_modules", "pkg", "lib"), { recursive: true });
  await mkdir(path.join(base, "trees", ".pool"), { recursive: true });
  await mkdir(to, { recursive: true });
  await writeFile(path.join(root, "package-lock.json"), "locked");
  await writeFile(path.join(to, "package-lock.json"), "locked");
  await writeFile(path.join(root, "node_modules", "pkg", "lib", "index.js"), "code");
  await writeFile(path.join(root, "node_modules", "pkg", "run"), "#!/bin/sh\n", { mode: 0o755 });
  await symlink("../pkg/run", path.join(root, "node_modules", ".bin", "run"));
}

function copy(
  over: Partial<Parameters<typeof copyFolders>[1]> & { readonly clone?: CloneFile } = {},
): Promise<readonly CopyOutcome[]> {
  const { clone = plainCopy, ...request } = over;
  const project = { id: "p1", root, gitDir: "", commonDir: "", bare: false };
  return copyFolders(
    { git: ignores, clone, now: () => 0, holding: path.join(path.dirname(to), ".pool"), known: new Map() },
    {
      project,
      to,
      folders: [{ folder: "node_modules", lock: "package-lock.json" }],
      onProgress: () => undefined,
      ...request,
    },
  );
}

const holding = () => readdir(path.join(path.dirname(to), ".pool"));

describe("copying a folder of dependencies", () => {
  it("copies it whole, links as links, with modes and the times of folders", async () => {
    await utimes(path.join(root, "node_modules", "pkg"), 1_000, 1_000);
    expect(await copy()).toEqual([{ folder: "node_modules", kind: "copied", entries: 6, ms: 0 }]);
    expect(await readFile(path.join(to, "node_modules/pkg/lib/index.js"), "utf8")).toBe("code");
    expect((await stat(path.join(to, "node_modules/pkg/run"))).mode & 0o777).toBe(0o755);
    expect(await readlink(path.join(to, "node_modules/.bin/run"))).toBe("../pkg/run");
    expect((await stat(path.join(to, "node_modules/pkg"))).mtimeMs).toBe(1_000_000);
    expect(await holding()).toEqual([]);
  });

  it("follows no link out, and leaves pipes out", async () => {
    const outside = path.join(folder, "outside");
    await mkdir(outside);
    await writeFile(path.join(outside, "secret"), "x");
    await symlink(outside, path.join(root, "node_modules", "away"));
    await run("mkfifo", [path.join(root, "node_modules", "pipe")]);
    await copy();
    expect((await lstat(path.join(to, "node_modules/away"))).isSymbolicLink()).toBe(true);
    expect(await readdir(path.join(to, "node_modules"))).toEqual(expect.not.arrayContaining(["pipe"]));
    await rm(path.join(to, "node_modules"), { recursive: true });

    await rm(path.join(root, "node_modules"), { recursive: true });
    await symlink(outside, path.join(root, "node_modules"));
    expect(await copy()).toMatchObject([{ kind: "left" }]);
    await rm(path.join(root, "node_modules"));
    await mkdir(path.join(root, "node_modules"));
    await mkdir(path.join(root, "packages/web/node_modules"), { recursive: true });
    await symlink(outside, path.join(to, "packages"));
    const folders = [{ folder: "packages/web/node_modules", lock: "package-lock.json" }];
    expect(await copy({ folders })).toMatchObject([{ kind: "left", why: "would lie outside the worktree" }]);
    expect(await readdir(outside)).toEqual(["secret"]);
  });

  it("leaves it to the set-up when the lock files differ, or either is missing", async () => {
    await writeFile(path.join(to, "package-lock.json"), "other");
    expect(await copy()).toMatchObject([{ kind: "left", why: expect.stringContaining("another package-lock.json") }]);
    await rm(path.join(to, "package-lock.json"));
    expect(await copy()).toMatchObject([{ kind: "left" }]);
    await rm(path.join(root, "package-lock.json"));
    expect(await copy()).toMatchObject([{ kind: "left", why: expect.stringContaining("not there") }]);
    // The file systems were asked, and nothing else was copied.
    expect(clones).toBe(2);
  });

  it("copies nothing that git would take for work", async () => {
    ignored = false;
    expect(await copy()).toMatchObject([{ kind: "left", why: expect.stringContaining("not ignored") }]);
  });

  it("touches nothing that is in the worktree already", async () => {
    await mkdir(path.join(to, "node_modules"));
    expect(await copy()).toMatchObject([{ kind: "left", why: "is in the worktree already" }]);
    expect(await readdir(path.join(to, "node_modules"))).toEqual([]);
  });

  it("says that a file system cannot share blocks, and asks it once", async () => {
    let asked = 0;
    const cannot: CloneFile = () => {
      asked += 1;
      return Promise.reject(new Error("EOPNOTSUPP"));
    };
    const known = new Map<string, boolean>();
    const deps = { git: ignores, clone: cannot, now: () => 0, holding: path.join(path.dirname(to), ".pool"), known };
    const project = { id: "p1", root, gitDir: "", commonDir: "", bare: false };
    const request = {
      project,
      to,
      folders: [{ folder: "node_modules", lock: "package-lock.json" }],
      onProgress: () => undefined,
    };
    for (let time = 0; time < 3; time += 1)
      expect(await copyFolders(deps, request)).toMatchObject([
        { kind: "left", why: expect.stringContaining("share blocks") },
      ]);
    expect(asked).toBe(1);
    expect(await holding()).toEqual([]);
  });

  it("leaves nothing behind when it fails halfway, is cancelled, or the checkout changes meanwhile", async () => {
    const full: CloneFile = (from, target) =>
      clones++ < 2 ? copyFile(from, target) : Promise.reject(new Error("ENOSPC: no space left"));
    expect(await copy({ clone: full })).toMatchObject([{ kind: "left", why: expect.stringContaining("ENOSPC") }]);

    const cancel = new AbortController();
    const cancelling: CloneFile = async (from, target) => {
      await copyFile(from, target);
      if (!target.includes("probe")) cancel.abort();
    };
    expect(await copy({ clone: cancelling, signal: cancel.signal })).toMatchObject([
      { kind: "left", why: expect.stringContaining("cancelled") },
    ]);

    const meanwhile: CloneFile = async (from, target) => {
      await copyFile(from, target);
      await writeFile(path.join(root, "node_modules", "installing"), "x");
    };
    expect(await copy({ clone: meanwhile })).toMatchObject([{ kind: "left", why: expect.stringContaining("changed") }]);
    expect(await holding()).toEqual([]);
    expect(await readdir(to)).toEqual(["package-lock.json"]);
  });

  it("tells how far it is, and clears away what a crash left of an earlier copy", async () => {
    const told: number[] = [];
    await mkdir(path.join(path.dirname(to), ".pool", "copying-work", "half"), { recursive: true });
    await copy({ onProgress: (_folder, entries) => told.push(entries) });
    expect(told.at(-1)).toBe(6);
    expect(await readdir(path.join(to, "node_modules"))).toEqual([".bin", "pkg"]);
    expect(await holding()).toEqual([]);
  });
});

describe("a file system that shares blocks", () => {
  it.for(["btrfs", "xfs"])(
    "%s copies without taking space, and what is written in the copy stays there",
    async (kind, { skip }) => {
      const disk = await mountImage(kind);
      // Not a failure: only an administrator may mount, and only where the tools and the kernel have this file system.
      if ("skipped" in disk) return skip(`copy-on-write on ${kind}: ${disk.skipped}`);
      try {
        await layOut(disk.place);
        const large = Buffer.alloc(8 * 1024 * 1024, 1);
        await writeFile(path.join(root, "node_modules", "pkg", "large"), large);
        await run("sync", ["-f", disk.place]);
        const before = await used(disk.place);
        expect(await copy({ clone: cloneFile })).toMatchObject([{ kind: "copied" }]);
        await run("sync", ["-f", disk.place]);
        expect((await used(disk.place)) - before).toBeLessThan(large.length / 4);
        await writeFile(path.join(to, "node_modules/pkg/lib/index.js"), "changed by an author");
        expect(await readFile(path.join(root, "node_modules/pkg/lib/index.js"), "utf8")).toBe("code");
        expect((await stat(path.join(root, "node_modules/pkg/large"))).nlink).toBe(1);

        to = path.join(folder, "elsewhere", "work");
        await mkdir(path.join(folder, "elsewhere", ".pool"), { recursive: true });
        await mkdir(to);
        await writeFile(path.join(to, "package-lock.json"), "locked");
        expect(await copy({ clone: cloneFile })).toMatchObject([
          { kind: "left", why: expect.stringContaining("share blocks") },
        ]);
      } finally {
        await disk.unmount();
      }
    },
  );

  async function used(place: string): Promise<number> {
    const { stdout } = await run("df", ["--output=used", "-B1", place]);
    return Number(stdout.trim().split("\n").at(-1));
  }

  async function mountImage(
    kind: string,
  ): Promise<{ readonly skipped: string } | { readonly place: string; readonly unmount: () => Promise<void> }> {
    const image = path.join(folder, `${kind}.img`);
    const place = path.join(folder, kind);
    await mkdir(place);
    try {
      await run("truncate", ["-s", "400M", image]);
      await run(`mkfs.${kind}`, ["-q", image]);
      await run("mount", ["-o", "loop", image, place]);
    } catch (error) {
      return { skipped: error instanceof Error ? (error.message.split("\n").at(-2) ?? error.message) : String(error) };
    }
    return { place, unmount: async () => void (await run("umount", [place])) };
  }
});
