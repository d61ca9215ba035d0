import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../../../contract/errors.ts";
import { oneHunk, planDelete, planEdit } from "./worktree-files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "worktree-files-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("an edit", () => {
  it("makes the folders it needs and tells of an added file", async () => {
    const edit = unwrap(await planEdit(folder, { path: "deep/er/a.txt", content: "a\n" }));
    expect(edit.change).toEqual({ path: join(folder, "deep/er/a.txt"), kind: { type: "add" }, diff: "a\n" });
    await edit.apply();
    expect(await readFile(join(folder, "deep/er/a.txt"), "utf8")).toBe("a\n");
  });

  it("changes nothing when it is made a second time", async () => {
    const body = { path: "a.txt", find: "one", replace: "$& two" };
    await writeFile(join(folder, "a.txt"), "one\n");
    await unwrap(await planEdit(folder, body)).apply();
    expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("$& two\n");
    const again = unwrap(await planEdit(folder, body));
    expect(again.change.diff).toBe("");
  });

  it("fails when the words it replaces are not there", async () => {
    await writeFile(join(folder, "a.txt"), "one\n");
    expect(await planEdit(folder, { path: "a.txt", find: "two", replace: "three" })).toMatchObject({
      ok: false,
      error: { code: "NOT_FOUND" },
    });
  });

  it.each(["../a.txt", "/etc/passwd", "out/a.txt", ".git/config", ".git", ".", "in/../../a.txt"])(
    "of %s is refused",
    async (path) => {
      await mkdir(join(folder, "in"));
      await symlink(tmpdir(), join(folder, "out"));
      expect(await planEdit(folder, { path, content: "" })).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
      expect(await planDelete(folder, path)).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    },
  );
});

describe("a diff of one hunk", () => {
  it("holds what lies between the common ends", () => {
    expect(oneHunk("a\nb\nc\n", "a\nB\nB2\nc\n")).toBe("@@ -2,1 +2,2 @@\n-b\n+B\n+B2\n");
    expect(oneHunk("a\na\n", "a\n")).toBe("@@ -2,1 +2,0 @@\n-a\n");
    expect(oneHunk("a\n", "a\n")).toBe("");
  });
});
