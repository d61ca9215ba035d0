import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { git, makeRepository, scenarioEnvironment, temporaryFolder } from "../../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../contract/errors.ts";
import { createGit, type Git } from "../git/git.ts";
import { createClearing, type Clearing } from "./clear.ts";
import type { Project } from "./project.ts";
import type { Place } from "./stakes.ts";
import { createVault } from "./vault.ts";

/* Whatever state a worktree is in: what a deletion takes without a human's word exists elsewhere, and what it refuses is untouched. */

const runs = Number(process.env["COXSWAIN_DELETION_RUNS"] ?? 10);
const secondsPerRun = 20;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let rooms: Git;
let clearing: Clearing;
let project: Project;
let made = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  rooms = createGit({ env: scenarioEnvironment, folder: folder.path });
  const root = await makeRepository(path.join(folder.path, "repo"), [
    [".gitignore", "*.ign\nbuilt/\n"],
    ["kept.txt", "kept\n"],
    ["edited.txt", "edited\n"],
    ["hidden.txt", "hidden\n"],
    ["folder/inner.txt", "inner\n"],
    ["Case.txt", "case\n"],
    ["crlf.txt", "a\nb\n"],
  ]);
  await git(root, "init", "-q", "--bare", "../remote.git");
  await git(root, "remote", "add", "origin", "../remote.git");
  project = { ...unwrap(await rooms.facts(root)), id: "p1" };
  const vault = createVault({ git: rooms, folder: path.join(folder.path, "vault") });
  clearing = createClearing({ root: path.join(folder.path, "trees"), git: rooms, vault });
});

afterAll(async () => {
  rooms.close();
  await folder.remove();
});

async function worktree(): Promise<Place> {
  made += 1;
  const workstreamId = `w${String(made)}`;
  const at = path.join(folder.path, "trees", "p1", `work-${String(made)}`);
  await mkdir(path.dirname(at), { recursive: true });
  await git(project.root, "worktree", "add", "-q", "-b", `cox/${workstreamId}/work`, at, "main");
  const adminDir = path.join(project.commonDir, "worktrees", path.basename(at));
  return { project, workstreamId, path: at, adminDir, name: workstreamId, about: workstreamId };
}

/** Has its branch and another one of it disagree. */
async function beside({ path: at, workstreamId }: Place): Promise<void> {
  await git(at, "checkout", "-q", "-B", `cox/${workstreamId}/beside`, "main");
  await writeFile(path.join(at, "edited.txt"), "beside\n");
  await git(at, "commit", "-qam", "beside");
  await git(at, "checkout", "-q", `cox/${workstreamId}/work`);
  await writeFile(path.join(at, "edited.txt"), "work\n");
  await git(at, "commit", "-qam", "work");
}

/** What an author may do to its worktree. What makes no sense in its state is passed over. */
const acts = {
  "a new file": async ({ path: at }, text) => writeFile(path.join(at, "new.txt"), text),
  "a new file in a new folder": async ({ path: at }, text) => {
    await mkdir(path.join(at, "new", "deep"), { recursive: true });
    await writeFile(path.join(at, "new", "deep", "file.txt"), text);
  },
  "an edit": async ({ path: at }, text) => writeFile(path.join(at, "edited.txt"), text),
  "something staged": async ({ path: at }, text) => {
    await writeFile(path.join(at, "staged.txt"), text);
    await git(at, "add", "staged.txt");
  },
  "something only staged": async ({ path: at }, text) => {
    await writeFile(path.join(at, "kept.txt"), text);
    await git(at, "add", "kept.txt");
    await writeFile(path.join(at, "kept.txt"), "kept\n");
  },
  "a deletion": async ({ path: at }) => rm(path.join(at, "kept.txt"), { force: true }),
  "an ignored file": async ({ path: at }, text) => {
    await mkdir(path.join(at, "built"), { recursive: true });
    await writeFile(path.join(at, "built", "out"), text);
    await writeFile(path.join(at, "left.ign"), text);
  },
  "an ignored file that is tracked": async ({ path: at }, text) => {
    await writeFile(path.join(at, "tracked.ign"), "first\n");
    await git(at, "add", "-f", "tracked.ign");
    await git(at, "commit", "-qm", "Tracked", "tracked.ign");
    await writeFile(path.join(at, "tracked.ign"), text);
  },
  "a commit": async ({ path: at }, text) => {
    await writeFile(path.join(at, "committed.txt"), text);
    await git(at, "add", "committed.txt");
    await git(at, "commit", "-qm", text);
  },
  "a commit of everything": async ({ path: at }, text) => {
    await git(at, "add", "-A");
    await git(at, "commit", "-q", "--allow-empty", "-m", text);
  },
  "an amend": async ({ path: at }, text) => {
    await writeFile(path.join(at, "committed.txt"), text);
    await git(at, "add", "committed.txt");
    await git(at, "commit", "-q", "--amend", "-m", text);
  },
  "a push": async ({ path: at }) => git(at, "push", "-q", "-f", "origin", "HEAD:refs/heads/pushed"),
  "a detached commit": async ({ path: at }, text) => {
    await git(at, "checkout", "-q", "--detach");
    await git(at, "commit", "-q", "--allow-empty", "-m", text);
  },
  "another branch": async ({ path: at, workstreamId }, text) => {
    await git(at, "checkout", "-q", "-B", `cox/${workstreamId}/other`);
    await git(at, "commit", "-q", "--allow-empty", "-m", text);
  },
  "a stash": async ({ path: at }) => git(at, "stash", "-q", "-u"),
  "a conflict": async ({ path: at, workstreamId }, text) => {
    await git(at, "checkout", "-q", "-B", `cox/${workstreamId}/side`, "main");
    await writeFile(path.join(at, "edited.txt"), `side ${text}`);
    await git(at, "commit", "-qam", "side");
    await git(at, "checkout", "-q", `cox/${workstreamId}/work`);
    await writeFile(path.join(at, "edited.txt"), `work ${text}`);
    await git(at, "commit", "-qam", "work");
    await git(at, "merge", "-q", `cox/${workstreamId}/side`);
  },
  "a merge that put work aside": async (place, text) => {
    await beside(place);
    await writeFile(path.join(place.path, "kept.txt"), text);
    await git(place.path, "merge", "-q", "--autostash", `cox/${place.workstreamId}/beside`);
  },
  "a rebase that put work aside": async (place, text) => {
    await beside(place);
    await writeFile(path.join(place.path, "kept.txt"), text);
    await git(place.path, "rebase", "-q", "--autostash", `cox/${place.workstreamId}/beside`);
  },
  "a hidden edit": async ({ path: at }, text) => {
    await git(at, "update-index", "--assume-unchanged", "hidden.txt");
    await writeFile(path.join(at, "hidden.txt"), text);
  },
  "a skipped edit": async ({ path: at }, text) => {
    await git(at, "update-index", "--skip-worktree", "folder/inner.txt");
    await writeFile(path.join(at, "folder", "inner.txt"), text);
  },
  "a sparse checkout": async ({ path: at }) => git(at, "sparse-checkout", "set", "folder"),
  "an intention to add": async ({ path: at }, text) => {
    await writeFile(path.join(at, "intended.txt"), text);
    await git(at, "add", "-N", "intended.txt");
  },
  "a mode": async ({ path: at }) => chmod(path.join(at, "kept.txt"), 0o755),
  "a link": async ({ path: at }, text) => symlink(text, path.join(at, "link")),
  "a link in place of a folder": async ({ path: at }) => {
    await rm(path.join(at, "folder"), { recursive: true });
    await symlink("/", path.join(at, "folder"));
  },
  "a file in place of a folder": async ({ path: at }, text) => {
    await rm(path.join(at, "folder"), { recursive: true });
    await writeFile(path.join(at, "folder"), text);
  },
  "a folder in place of a file": async ({ path: at }, text) => {
    await rm(path.join(at, "kept.txt"));
    await mkdir(path.join(at, "kept.txt"));
    await writeFile(path.join(at, "kept.txt", "inside"), text);
  },
  "another case": async ({ path: at }) => rename(path.join(at, "Case.txt"), path.join(at, "case.txt")),
  "line endings": async ({ path: at }) => {
    await writeFile(path.join(at, ".gitattributes"), "*.txt text eol=crlf\n");
    await writeFile(path.join(at, "crlf.txt"), "a\r\nb\r\n");
  },
  "a name that is no UTF-8": async ({ path: at }, text) =>
    writeFile(Buffer.concat([Buffer.from(`${at}/n`), Buffer.from([0xff, 0x0a]), Buffer.from("x")]), text),
  "a repository within": async ({ path: at }, text) => {
    await git(at, "init", "-q", "nested");
    await writeFile(path.join(at, "nested", "file"), text);
    await git(path.join(at, "nested"), "add", ".");
    await git(path.join(at, "nested"), "commit", "-qm", text);
  },
  "an empty repository within": async ({ path: at }, text) => {
    await git(at, "init", "-q", "hollow");
    await writeFile(path.join(at, "hollow", "file"), text);
  },
  "a folder called .git": async ({ path: at }, text) => {
    await mkdir(path.join(at, "sub", ".git"), { recursive: true });
    await writeFile(path.join(at, "sub", ".git", "secret"), text);
  },
  "a submodule": async ({ path: at }) => {
    await git(at, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", project.root, "module");
  },
  "a hidden index": async ({ path: at, adminDir }) => {
    await git(at, "update-index", "--split-index");
    await writeFile(path.join(adminDir, "info-note"), "note");
  },
} satisfies Record<string, (place: Place, text: string) => Promise<unknown>>;

type Act = keyof typeof acts;
const names = Object.keys(acts) as Act[];
const acted = fc.tuple(fc.constantFrom(...names), fc.integer({ min: 0, max: 99 }));

/** Every object that would be missed, by its id. Reckoned without the code under test, from bytes and from git's own lists. */
async function precious(place: Place): Promise<Set<string>> {
  const ids = new Set<string>();
  const tracked = new Set((await listed(place.path, "ls-files", "-z")).split("\0"));
  for (const [name, content] of await filesOf(place.path)) {
    const isIgnored = (name.endsWith(".ign") || name.startsWith("built/")) && !tracked.has(name);
    if (!isIgnored) ids.add(blobId(content));
  }
  const stages = (await listed(place.path, "ls-files", "-s", "-z")).split("\0");
  for (const entry of stages) {
    const [mode = "", id = ""] = entry.split(" ");
    if (id !== "" && mode !== "160000") ids.add(id);
  }
  const branches = await listed(
    project.root,
    "for-each-ref",
    "--format=%(objectname)",
    `refs/heads/cox/${place.workstreamId}`,
  );
  const named = ["MERGE_HEAD", "MERGE_AUTOSTASH", "rebase-merge/autostash"].map((file) =>
    readFile(path.join(place.adminDir, file), "utf8").catch(() => ""),
  );
  const underWay = (await Promise.all(named)).join("");
  const tips = [
    ...branches.split("\n"),
    ...underWay.split("\n"),
    (await listed(place.path, "rev-parse", "HEAD")).trim(),
  ];
  const reached = await listed(project.root, "rev-list", "--objects", ...tips.filter((tip) => tip !== ""));
  for (const line of reached.split("\n")) if (line !== "") ids.add(line.slice(0, 40));
  return ids;
}

const listed = (at: string, ...args: string[]) => git(at, ...args).catch(() => "");

async function filesOf(root: string, below = ""): Promise<[string, Buffer][]> {
  const found: [string, Buffer][] = [];
  const here = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(below, "latin1")]);
  for (const entry of await readdir(here, { withFileTypes: true, encoding: "buffer" })) {
    const name = below + entry.name.toString("latin1");
    const file = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, "latin1")]);
    if (name === ".git") continue;
    if (entry.isDirectory()) found.push(...(await filesOf(root, `${name}/`)));
    else if (entry.isSymbolicLink()) found.push([name, await readlink(file, { encoding: "buffer" })]);
    else if (entry.isFile()) found.push([name, await readFile(file)]);
  }
  return found;
}

function blobId(content: Buffer): string {
  return createHash("sha1")
    .update(`blob ${String(content.length)}\0`)
    .update(content)
    .digest("hex");
}

/** Which of the objects are neither in the vault nor behind a remote-tracking branch. */
async function lost(ids: ReadonlySet<string>): Promise<string[]> {
  const vault = path.join(folder.path, "vault", "p1.git");
  const reachable = new Set((await git(vault, "rev-list", "--objects", "--no-object-names", "--all")).split("\n"));
  const remote = new Set(
    (await git(project.root, "rev-list", "--objects", "--no-object-names", "--remotes")).split("\n"),
  );
  return [...ids].filter((id) => !reachable.has(id) && !remote.has(id));
}

describe("deleting, whatever state a worktree is in", () => {
  it(
    "never takes what exists nowhere else, and leaves what it refuses as it is",
    { timeout: runs * secondsPerRun * 1_000 },
    async () => {
      const outcomes = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(fc.array(acted, { minLength: 1, maxLength: 5 }), async (doings) => {
          const place = await worktree();
          for (const [act, seed] of doings) await acts[act](place, `${act} ${String(seed)}`).catch(() => undefined);
          const before = { ids: await precious(place), files: new Map(await filesOf(place.path)) };
          const index = await readFile(path.join(place.adminDir, "index"));
          const { kind } = unwrap(await clearing.remove(place, false));
          outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
          if (kind === "deleted") {
            expect(await lost(before.ids)).toEqual([]);
            await expect(lstat(place.path)).rejects.toThrow("ENOENT");
            return;
          }
          expect(new Map(await filesOf(place.path))).toEqual(before.files);
          expect(await readFile(path.join(place.adminDir, "index"))).toEqual(index);
          expect(await precious(place)).toEqual(before.ids);
          unwrap(await clearing.remove(place, true));
          await expect(lstat(place.path)).rejects.toThrow("ENOENT");
        }),
        { numRuns: runs, seed: 20_261 },
      );
      // It must have been asked both questions.
      expect([...outcomes.keys()].toSorted()).toEqual(["deleted", "refused"]);
    },
  );

  it.each(names)("keeps %s, or refuses", { timeout: 60_000 }, async (act) => {
    const place = await worktree();
    await acts[act](place, act).catch(() => undefined);
    const ids = await precious(place);
    const first = unwrap(await clearing.remove(place, false));
    if (first.kind === "deleted") return expect(await lost(ids)).toEqual([]);
    const second = unwrap(await clearing.remove(place, true));
    expect(second.kind).toBe("deleted");
    const beyond = /repository|called \.git|submodule/.test(act);
    expect((await lost(ids)).length > 0).toBe(beyond);
  });
});
