import { chown, mkdir, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { commitFiles, git, hostileFiles, makeRepository, type Files } from "./repositories.ts";

/** A folder to open as a project, and what to start from when it is not the default. */
export interface Place {
  readonly path: string;
  readonly base?: string;
}

/** How a repository came to be hostile, in a folder of its own. */
export type Make = (folder: string) => Promise<Place>;

/** A small repository in `repo`, then whatever is done to it. */
export function repository(change?: (root: string) => Promise<unknown>, files?: Files): Make {
  return async (folder) => {
    const root = await makeRepository(path.join(folder, "repo"), files);
    await change?.(root);
    return { path: root };
  };
}

/** A repository at a path that breaks programs which quote, split or decode paths carelessly. */
export function at(name: string): Make {
  return async (folder) => ({ path: await makeRepository(path.join(folder, name)) });
}

/** Work starts from a branch of this name, which git's own `branch` may refuse to make. */
export function base(name: string): Make {
  return async (folder) => {
    const { path: root } = await repository()(folder);
    await git(root, "update-ref", `refs/heads/${name}`, "HEAD");
    return { path: root, base: name };
  };
}

/** The branch that is checked out, and so the default, has this name. */
export function defaultBranch(name: string): Make {
  return repository(async (root) => {
    await git(root, "update-ref", `refs/heads/${name}`, "HEAD");
    await git(root, "symbolic-ref", "HEAD", `refs/heads/${name}`);
    await git(root, "update-ref", "-d", "refs/heads/main");
  });
}

export function setting(...settings: readonly (readonly [name: string, value: string])[]): Make {
  return repository(async (root) => {
    for (const [name, value] of settings) await git(root, "config", name, value);
  });
}

/** `main` is a tag as well, of an older commit: what `git rev-parse main` answers then. */
export const branchAndTag: Make = repository(async (root) => {
  await git(root, "tag", "main");
  await commitFiles(root, [["newer", "x"]], "Newer");
});

export const tenThousandBranches: Make = repository(async (root) => {
  const commit = (await git(root, "rev-parse", "HEAD")).trim();
  const refs = Array.from({ length: 10_000 }, (_, index) => `${commit} refs/heads/topic/${index}\n`);
  await writeFile(
    path.join(root, ".git", "packed-refs"),
    `# pack-refs with: peeled fully-peeled sorted \n${refs.toSorted().join("")}`,
  );
});

export const viaSymbolicLink: Make = async (folder) => {
  await makeRepository(path.join(folder, "real"));
  await symlink("real", path.join(folder, "link"));
  return { path: path.join(folder, "link") };
};

/** The only name that a program which takes text can give it is a link's. */
export const folderThatIsNotUtf8: Make = async (folder) => {
  const { path: root } = await repository()(folder);
  const bytes = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from("latin1-\xe9", "latin1")]);
  await rename(root, bytes);
  await symlink(Buffer.from("latin1-\xe9", "latin1"), path.join(folder, "link"));
  return { path: path.join(folder, "link") };
};

export const separateGitDir: Make = async (folder) => {
  const { path: root } = await repository()(folder);
  await git(root, "init", "--quiet", "--separate-git-dir", path.join(folder, "elsewhere.git"));
  return { path: root };
};

async function withSubmodule(folder: string): Promise<string> {
  const library = await makeRepository(path.join(folder, "library"));
  const root = await makeRepository(path.join(folder, "repo"));
  await git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "lib");
  await git(root, "commit", "--quiet", "-m", "Use the library");
  return root;
}

export const submodule: Make = async (folder) => ({ path: await withSubmodule(folder) });

export const submoduleNotInitialised: Make = async (folder) => {
  const root = await withSubmodule(folder);
  await git(root, "submodule", "--quiet", "deinit", "--force", "lib");
  return { path: root };
};

export const insideSubmodule: Make = async (folder) => ({ path: path.join(await withSubmodule(folder), "lib") });

const lfsPointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"ab".repeat(32)}\nsize 1048576\n`;
const lfsFiles: Files = [
  [".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n"],
  ["big.bin", lfsPointer],
];

export const lfsPointers: Make = repository(undefined, lfsFiles);

/** As `git lfs install` leaves it. */
export const lfsRequired: Make = repository(async (root) => {
  await git(root, "config", "filter.lfs.smudge", "git-lfs smudge -- %f");
  await git(root, "config", "filter.lfs.clean", "git-lfs clean -- %f");
  await git(root, "config", "filter.lfs.process", "git-lfs filter-process");
  await git(root, "config", "filter.lfs.required", "true");
}, lfsFiles);

/** A filter that its project cannot do without, and that would end in an error if it were run. */
export const otherFilter: Make = repository(async (root) => {
  await git(root, "config", "filter.lfs.smudge", "/nonexistent/smudge");
  await git(root, "config", "filter.lfs.clean", "/nonexistent/clean");
  await git(root, "config", "filter.lfs.required", "true");
}, lfsFiles);

const parts: Files = [
  ["README.md", "# Parts\n"],
  ["one/a.txt", "1\n"],
  ["two/b.txt", "2\n"],
];

export function sparse(...patterns: readonly string[]): Make {
  return repository(async (root) => {
    await git(root, "sparse-checkout", "set", ...patterns);
  }, parts);
}

export const shallow: Make = async (folder) => {
  const { path: origin } = await repository((root) => commitFiles(root, [["second", "2"]], "Second"))(folder);
  await git(folder, "clone", "--quiet", "--depth=1", `file://${origin}`, "shallow");
  return { path: path.join(folder, "shallow") };
};

async function partialClone(folder: string): Promise<string> {
  const { path: origin } = await repository((root) => commitFiles(root, [["second", "2"]], "Second"))(folder);
  await git(origin, "rm", "--quiet", "src/add.ts");
  await git(origin, "commit", "--quiet", "-m", "Third");
  await git(origin, "config", "uploadpack.allowFilter", "true");
  await git(folder, "clone", "--quiet", "--filter=blob:none", `file://${origin}`, "partial");
  await rename(origin, path.join(folder, "offline"));
  return path.join(folder, "partial");
}

export const partialOffline: Make = async (folder) => ({ path: await partialClone(folder) });

/** An old commit of it has files that were never fetched. */
export const partialOfflineOld: Make = async (folder) => {
  const root = await partialClone(folder);
  await git(root, "branch", "--quiet", "old", "HEAD~2");
  return { path: root, base: "old" };
};

export const bare: Make = async (folder) => {
  const { path: root } = await repository()(folder);
  await git(folder, "clone", "--quiet", "--bare", root, "bare.git");
  return { path: path.join(folder, "bare.git") };
};

export const linkedWorktree: Make = async (folder) => {
  const { path: root } = await repository()(folder);
  await git(root, "worktree", "add", "--quiet", path.join(folder, "linked"));
  return { path: path.join(folder, "linked") };
};

export const linkedWorktreeOfBare: Make = async (folder) => {
  const { path: root } = await bare(folder);
  await git(root, "worktree", "add", "--quiet", path.join(folder, "linked"));
  return { path: path.join(folder, "linked") };
};

export const gitFileToNowhere: Make = async (folder) => {
  await mkdir(path.join(folder, "repo"));
  await writeFile(path.join(folder, "repo", ".git"), `gitdir: ${path.join(folder, "nowhere")}\n`);
  return { path: path.join(folder, "repo") };
};

export const emptyFolder: Make = async (folder) => {
  await mkdir(path.join(folder, "plain"));
  return { path: path.join(folder, "plain") };
};

export const aFile: Make = async (folder) => {
  await writeFile(path.join(folder, "file"), "");
  return { path: path.join(folder, "file") };
};

export const insideGitDir: Make = async (folder) => {
  const { path: root } = await repository()(folder);
  return { path: path.join(root, ".git", "refs") };
};

export const workTreeElsewhere: Make = async (folder) => {
  const { path: root } = await repository()(folder);
  await mkdir(path.join(folder, "elsewhere"));
  await git(root, "config", "core.worktree", path.join(folder, "elsewhere"));
  return { path: root };
};

/** Settings of one's home are often kept so: the git directory stands beside the work tree, not in it. */
export const gitDirBesideWorkTree: Make = async (folder) => {
  const { path: root } = await repository()(folder);
  await rename(path.join(root, ".git"), path.join(root, ".settings"));
  await git(path.join(root, ".settings"), "config", "core.worktree", root);
  return { path: path.join(root, ".settings") };
};

/** A head that names a branch without a commit, while others have some. */
export const unbornHead: Make = repository((root) => git(root, "symbolic-ref", "HEAD", "refs/heads/not/yet"));

export const damagedHead: Make = repository((root) => writeFile(path.join(root, ".git", "HEAD"), "\0\0\0\0\n"));

export const damagedIndex: Make = repository((root) => writeFile(path.join(root, ".git", "index"), "not an index"));

/** Empties the object of a path, or of the commit itself. */
export function damagedObject(revision: string): Make {
  return repository(async (root) => {
    const id = (await git(root, "rev-parse", revision)).trim();
    const file = path.join(root, ".git", "objects", id.slice(0, 2), id.slice(2));
    await rm(file);
    await writeFile(file, "");
  });
}

export function missingObject(revision: string): Make {
  return repository(async (root) => {
    const id = (await git(root, "rev-parse", revision)).trim();
    await rm(path.join(root, ".git", "objects", id.slice(0, 2), id.slice(2)));
  });
}

export const sha256: Make = async (folder) => {
  const root = path.join(folder, "repo");
  await mkdir(root);
  await git(root, "init", "--quiet", "--initial-branch=main", "--object-format=sha256");
  await commitFiles(root, parts, "Begin");
  return { path: root };
};

export const reftable: Make = async (folder) => {
  const root = path.join(folder, "repo");
  await mkdir(root);
  await git(root, "init", "--quiet", "--initial-branch=main", "--ref-format=reftable");
  await commitFiles(root, parts, "Begin");
  return { path: root };
};

/** What git older than the repository's format says of it. */
export const unknownExtension: Make = repository(async (root) => {
  await git(root, "config", "core.repositoryFormatVersion", "1");
  await git(root, "config", "extensions.fromTheFuture", "yes");
});

export const locked: Make = repository(async (root) => {
  for (const lock of ["index.lock", "HEAD.lock", "packed-refs.lock"])
    await writeFile(path.join(root, ".git", lock), "");
});

export const ownedBySomebodyElse: Make = repository(async (root) => {
  await chown(root, 12_345, 12_345);
  await chown(path.join(root, ".git"), 12_345, 12_345);
});

export const packedRefs: Make = repository(async (root) => {
  await git(root, "pack-refs", "--all");
});

export const borrowedObjects: Make = async (folder) => {
  const { path: root } = await repository()(folder);
  await git(folder, "clone", "--quiet", "--shared", root, "borrower");
  return { path: path.join(folder, "borrower") };
};

/** The remote's default branch was never checked out here, or was deleted. */
export const noLocalDefault: Make = async (folder) => {
  const { path: root } = await repository()(folder);
  await git(folder, "clone", "--quiet", root, "clone");
  const clone = path.join(folder, "clone");
  await git(clone, "checkout", "--quiet", "-b", "mine");
  await git(clone, "branch", "--quiet", "-D", "main");
  return { path: clone };
};

export const nested: Make = repository(async (root) => {
  await makeRepository(path.join(root, "vendor", "inner"));
});

export const hostilePaths: Make = repository(undefined, hostileFiles);

export const caseClashes: Make = repository(undefined, [
  ["README.md", "1\n"],
  ["readme.md", "2\n"],
  ["Src/a.txt", "1\n"],
  ["src/a.txt", "2\n"],
]);

const windowsText: Files = [
  ["crlf.txt", "one\r\ntwo\r\n"],
  ["lf.txt", "one\ntwo\n"],
];

export function lineEnds(name: string, value: string): Make {
  return repository((root) => git(root, "config", name, value), windowsText);
}

/** Kept with the line ends that its own attributes forbid: git calls the file changed as soon as it looks inside. */
export const notNormalised: Make = async (folder) => {
  const root = await makeRepository(path.join(folder, "repo"), windowsText);
  await writeFile(path.join(root, ".gitattributes"), "*.txt text\n");
  await git(root, "add", ".gitattributes");
  await git(root, "commit", "--quiet", "-m", "Say what is text");
  return { path: root };
};

/** A file of many gigabytes that takes no room. */
export async function hugeFile(file: string): Promise<void> {
  await writeFile(file, "");
  await truncate(file, 20 * 1024 ** 3);
}

export const hugeTracked: Make = repository(async (root) => {
  const file = path.join(root, "huge.bin");
  await writeFile(file, "");
  await truncate(file, 96 * 1024 ** 2);
  await git(root, "-c", "core.compression=0", "-c", "core.bigFileThreshold=1m", "add", "huge.bin");
  await git(root, "commit", "--quiet", "-m", "Huge");
});
