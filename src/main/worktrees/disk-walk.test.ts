import { link, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { walkDisk } from "./disk-walk.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "coxswain-walk-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const kilobytes = (count: number) => Buffer.alloc(count * 1024, "x");

async function bytesOf(root = folder, marked: readonly string[] = [], seen = new Set<string>()) {
  return walkDisk(root, new Set(marked), { seen });
}

describe("measuring a folder", () => {
  it("counts what is allocated, and tells the part of the folders asked about", async () => {
    await mkdir(path.join(folder, "node_modules", "deep"), { recursive: true });
    await writeFile(path.join(folder, "own.txt"), kilobytes(64));
    await writeFile(path.join(folder, "node_modules", "deep", "a.js"), kilobytes(256));
    const { bytes, within, partial } = await bytesOf(folder, ["node_modules"]);
    expect(bytes).toBeGreaterThanOrEqual(320 * 1024);
    expect(within.get("node_modules")).toBeGreaterThanOrEqual(256 * 1024);
    expect(within.get("node_modules")).toBeLessThan(320 * 1024);
    expect(partial).toBe(false);
  });

  it("counts a file of several names once, also across folders measured after one another", async () => {
    await mkdir(path.join(folder, "one"));
    await mkdir(path.join(folder, "two"));
    await writeFile(path.join(folder, "one", "a"), kilobytes(512));
    await link(path.join(folder, "one", "a"), path.join(folder, "two", "b"));
    const seen = new Set<string>();
    const first = await bytesOf(path.join(folder, "one"), [], seen);
    const second = await bytesOf(path.join(folder, "two"), [], seen);
    expect(first.bytes).toBeGreaterThanOrEqual(512 * 1024);
    expect(second.bytes).toBeLessThan(64 * 1024);
  });

  it("follows no link, in a circle or out of the folder, and takes names that are not UTF-8", async () => {
    await mkdir(path.join(folder, "in"));
    await writeFile(path.join(folder, "outside"), kilobytes(512));
    await symlink("..", path.join(folder, "in", "up"));
    await symlink(folder, path.join(folder, "in", "away"));
    const odd = Buffer.concat([Buffer.from(`${folder}/in/`), Buffer.from("latin1-\xe9", "latin1")]);
    await mkdir(odd);
    await writeFile(Buffer.concat([odd, Buffer.from("/file")]), kilobytes(128));
    const { bytes } = await bytesOf(path.join(folder, "in"));
    expect(bytes).toBeGreaterThanOrEqual(128 * 1024);
    expect(bytes).toBeLessThan(256 * 1024);
  });

  it("ends when it is told to, and says that there is more", async () => {
    for (const name of ["a", "b", "c"]) await mkdir(path.join(folder, name, "x", "y"), { recursive: true });
    const stop = new AbortController();
    const walk = await walkDisk(folder, new Set(), {
      seen: new Set(),
      signal: stop.signal,
      onFolder: () => stop.abort(),
    });
    expect(walk.partial).toBe(true);
  });

  it("has nothing to say of what is not there", async () => {
    expect(await bytesOf(path.join(folder, "nowhere"))).toMatchObject({ bytes: 0, files: 0, partial: false });
  });
});
