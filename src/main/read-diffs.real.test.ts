import { chmod, mkdtemp, rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  commitFiles,
  git as plainGit,
  hostileFiles,
  makeRepository,
  scenarioEnvironment,
  temporaryFolder,
  writeFiles,
  type Files,
} from "../../e2e/scenarios/repositories.ts";
import type { ChangedFile, ChangesFrame, DiffWanted, FilePatch } from "../contract/diffs.ts";
import { unwrap } from "../contract/errors.ts";
import { createChanges } from "./fleet/changes.ts";
import { aRow } from "./fleet/test-stand.ts";
import { createGit, type Git } from "./git/git.ts";
import { createPatchReader, type PatchReader } from "./patches/create-patch-reader.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let git: Git;
let patches: PatchReader;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = createGit({ env: scenarioEnvironment, folder: await mkdtemp(path.join(folder.path, "tmp-")) });
  patches = createPatchReader({ worker: new URL("patches/worker.ts", import.meta.url), idleMs: 50 });
});

afterEach(async () => {
  await patches.close();
  git.close();
  await folder.remove();
});

const all: DiffWanted = { since: "base", whitespace: true };

/** A branch beside `main`, with these files on `main`, and what reads its diff. */
async function branched(files: Files) {
  const root = await makeRepository(path.join(folder.path, "repo"), files);
  await plainGit(root, "switch", "--quiet", "-c", "work");
  const place = { path: root, gitDir: path.join(root, ".git"), branch: "work", base: "main" };
  const row = aRow(1, { place: { ...aRow(1).place, ...place } });
  const changes = createChanges({ row: () => row, git, patches });
  return { root, id: row.id, ...changes };
}

/** The beginning of a picture that says it is this large. */
function png(width: number, height: number): Buffer {
  const head = Buffer.from("89504e470d0a1a0a0000000d49484452000000000000000008060000000000000000", "hex");
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}

interface Read {
  readonly base: string;
  readonly files: readonly ChangedFile[];
  readonly patches: Readonly<Record<string, FilePatch>>;
  readonly truncated: boolean;
}

async function readAll(frames: AsyncIterable<ChangesFrame>): Promise<Read> {
  let read: Read = { base: "", files: [], patches: {}, truncated: false };
  for await (const frame of frames) {
    if (frame.kind === "files") read = { ...read, base: frame.base, files: frame.files };
    else if (frame.kind === "end") read = { ...read, truncated: frame.truncated };
    else {
      const told = Object.fromEntries(frame.patches.map((patch) => [patch.path, patch]));
      read = { ...read, patches: { ...read.patches, ...told } };
    }
  }
  return read;
}

const numbered = (count: number, word = "line"): string =>
  Array.from({ length: count }, (_, at) => `${word} ${String(at + 1)}\n`).join("");

describe("a diff that is read", () => {
  it("has a patch for every file, whatever its name and however it changed", async () => {
    const { root, id, changes } = await branched([
      ["moved.txt", numbered(40)],
      ["run.sh", "#!/bin/sh\n"],
      ["gone.txt", "bye\n"],
      ["dos.txt", "one\r\ntwo\r\n"],
      ["end.txt", "no end"],
    ]);
    await writeFiles(root, hostileFiles);
    await rename(path.join(root, "moved.txt"), path.join(root, "there.txt"));
    await writeFile(path.join(root, "there.txt"), numbered(40).replace("line 20\n", "line twenty\n"));
    await chmod(path.join(root, "run.sh"), 0o755);
    await writeFiles(root, [
      ["dos.txt", "one\r\n2\r\n"],
      ["end.txt", "an end\n"],
    ]);
    await plainGit(root, "rm", "--quiet", "gone.txt");
    await plainGit(root, "add", "--all");
    const read = await readAll(unwrap(changes(id, all)));
    const paths = read.files.map((file) => file.path).toSorted();
    expect(paths).toContain("latin1-\\xff\\xe9.txt");
    expect(Object.keys(read.patches).toSorted()).toEqual(paths);
    const fileAt = (name: string) => read.files.find((file) => file.path === name);
    expect(fileAt("there.txt")).toMatchObject({ change: "renamed", previousPath: "moved.txt", similarity: 96 });
    expect(fileAt("run.sh")).toMatchObject({ modes: { old: "100644", new: "100755" } });
    expect(read.patches["dos.txt"]?.hunks[0]?.lines).toBe(" one\r\n-two\r\n+2\r");
    expect(read.patches["end.txt"]?.hunks[0]?.lines).toBe("-no end\n\\ No newline at end of file\n+an end");
    expect(read.patches["there.txt"]?.hunks).toHaveLength(1);
    expect(read.truncated).toBe(false);
  });

  it("keeps the identity of hunks through commits, and of the file only while nothing in it changes", async () => {
    const { root, id, changes } = await branched([["a.txt", numbered(100)]]);
    await writeFile(path.join(root, "a.txt"), numbered(100).replace("line 50\n", "fifty\n"));
    const before = (await readAll(unwrap(changes(id, all)))).patches["a.txt"];
    await plainGit(root, "commit", "--quiet", "-am", "Fifty");
    await writeFile(
      path.join(root, "a.txt"),
      numbered(100).replace("line 50\n", "fifty\n").replace("line 5\n", "five\nand more\n"),
    );
    const after = (await readAll(unwrap(changes(id, all)))).patches["a.txt"];
    expect(after?.hunks.map((hunk) => hunk.id)).toContain(before?.hunks[0]?.id);
    expect(after?.id).not.toBe(before?.id);
  });

  it("can be taken against what is committed or against a commit of the branch, and leave white space out", async () => {
    const { root, id, changes } = await branched([["a.txt", numbered(9)]]);
    const first = await commitFiles(root, [["b.txt", "b\n"]], "B");
    await writeFiles(root, [
      ["a.txt", numbered(9).replaceAll("line", " line")],
      ["c.txt", "c\n"],
    ]);
    const names = async (wanted: Partial<DiffWanted>) =>
      (await readAll(unwrap(changes(id, { ...all, ...wanted })))).files.map((file) => file.path);
    expect(await names({})).toEqual(["a.txt", "b.txt", "c.txt"]);
    expect(await names({ since: "head" })).toEqual(["a.txt", "c.txt"]);
    expect(await names({ since: first })).toEqual(["a.txt", "c.txt"]);
    expect(Object.keys((await readAll(unwrap(changes(id, { ...all, whitespace: false })))).patches)).not.toContain(
      "a.txt",
    );
    await plainGit(root, "switch", "--quiet", "main");
    const foreign = await commitFiles(root, [["z.txt", "z\n"]], "Not on the branch");
    await plainGit(root, "checkout", "--quiet", "work", "--force");
    await expect(readAll(unwrap(changes(id, { ...all, since: foreign })))).rejects.toThrow("is not among");
  });

  it("folds what the base calls generated, not what the branch does, and tells it when it is asked for", async () => {
    const { root, id, changes, filePatch } = await branched([
      [".gitattributes", "*.gen.ts linguist-generated\n"],
      ["a.gen.ts", "1\n"],
      ["b.ts", "1\n"],
    ]);
    await writeFiles(root, [
      [".gitattributes", "*.ts linguist-generated\n"],
      ["a.gen.ts", "2\n"],
      ["b.ts", "2\n"],
    ]);
    const read = await readAll(unwrap(changes(id, all)));
    expect(read.patches["a.gen.ts"]).toMatchObject({ folded: "generated", hunks: [] });
    expect(read.patches["b.ts"]?.folded).toBeUndefined();
    const unfolded = unwrap(await filePatch(id, { ...all, path: "a.gen.ts" }));
    expect(unfolded).toMatchObject({ id: read.patches["a.gen.ts"]?.id, hunks: [{ lines: "-1\n+2" }] });
  });

  it("fetches the lines between hunks and pictures of both sides, within bounds", async () => {
    const old = png(2, 2);
    const { root, id, changes, fileLines, picture } = await branched([
      ["a.txt", numbered(60)],
      ["p.png", old],
    ]);
    const now = Buffer.concat([old, Buffer.alloc(90)]);
    await writeFiles(root, [
      ["a.txt", numbered(60).replace("line 30\n", "thirty\n")],
      ["p.png", now],
    ]);
    const { base, files } = await readAll(unwrap(changes(id, all)));
    expect(files.find(({ path: name }) => name === "p.png")).toMatchObject({
      binary: true,
      sizes: { old: old.length, new: old.length + 90 },
    });
    const told = unwrap(await fileLines(id, { base, path: "a.txt", from: 59, count: 20 }));
    expect(told).toEqual({ lines: ["line 59", "line 60"], total: 60 });
    const sides = await Promise.all(
      (["old", "new"] as const).map((side) => picture(id, { ...all, path: "p.png", side })),
    );
    expect(sides.map((side) => Buffer.from(unwrap(side).base64, "base64"))).toEqual([old, now]);
    expect(await picture(id, { ...all, path: "a.txt", side: "new" })).toMatchObject({ error: { code: "BAD_REQUEST" } });
    expect(await fileLines(id, { base: "a".repeat(40), path: "a.txt", from: 1, count: 1 })).toMatchObject({
      ok: false,
    });
  });

  it("shows no picture that lies outside of the worktree, however it is named, or that would fill the memory", async () => {
    const { root, id, picture } = await branched([["a.txt", "a\n"]]);
    const outside = path.join(folder.path, "pictures");
    await writeFiles(outside, [["private.png", "private"]]);
    await symlink(outside, path.join(root, "linked"));
    await symlink(path.join(outside, "private.png"), path.join(root, "link.png"));
    // What is looked up below the worktree is there; what git would read is not.
    await writeFiles(path.join(root, outside), [["private.png", "decoy"]]);
    await writeFile(path.join(root, "bomb.png"), png(60_000, 60_000));
    await writeFile(path.join(root, "small.png"), png(60, 60));
    const read = async (name: string) => {
      const told = await picture(id, { ...all, path: name, side: "new" });
      return told.ok ? "shown" : told.error.code;
    };
    expect(await read("small.png")).toBe("shown");
    const names = ["../pictures/private.png", "linked/private.png", "link.png", path.join(outside, "private.png")];
    for (const name of names) expect([name, await read(name)]).toEqual([name, "NOT_FOUND"]);
    expect(await read("bomb.png")).toBe("TOO_LARGE");
  });

  it("reads ten megabytes in one line and many files without keeping them", async () => {
    const { root, id, changes } = await branched([["long.txt", "short\n"]]);
    await writeFile(path.join(root, "long.txt"), `${"x".repeat(3_900_000)}\n`);
    await writeFile(path.join(root, "longer.txt"), `${"x".repeat(10_000_000)}\n`);
    await writeFiles(
      root,
      Array.from({ length: 300 }, (_, at) => [`many/${String(at)}.txt`, "1\n"] as const),
    );
    const read = await readAll(unwrap(changes(id, all)));
    expect(read.patches["long.txt"]).toMatchObject({ folded: "long lines", hunks: [] });
    expect(read.files.find((file) => file.path === "longer.txt")).toMatchObject({
      binary: true,
      sizes: { new: 10_000_001 },
    });
    expect(read.files).toHaveLength(302);
    expect(Object.keys(read.patches)).toHaveLength(302);
  });
});
