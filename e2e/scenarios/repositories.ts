import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Settings of the person or machine that runs the scenarios stay out of them. */
export const scenarioEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  // Nothing goes on in the background once a command has ended.
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "gc.auto",
  GIT_CONFIG_VALUE_0: "0",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

/** A folder that is gone after `remove`, its path free of symbolic links; `parent` defaults to the temporary folder. */
export async function temporaryFolder(parent = tmpdir()): Promise<{ path: string; remove: () => Promise<void> }> {
  await mkdir(parent, { recursive: true });
  const folder = await realpath(await mkdtemp(path.join(parent, "coxswain-scenario-")));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Plain git, as a person would run it; throws with what git printed when it fails. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run("git", args, { cwd, env: scenarioEnvironment, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** File contents by path; a Buffer path may hold bytes that are not UTF-8. */
export type Files = Iterable<readonly [name: string | Buffer, content: string | Buffer]>;

export async function writeFiles(folder: string, files: Files): Promise<void> {
  const made = new Set<string>();
  let writing: Promise<void>[] = [];
  for (const [name, content] of files) {
    const file = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
    const parent = file.subarray(0, file.lastIndexOf("/"));
    if (!made.has(parent.toString("latin1"))) await mkdir(parent, { recursive: true });
    made.add(parent.toString("latin1"));
    writing.push(writeFile(file, content));
    if (writing.length < 100) continue;
    await Promise.all(writing);
    writing = [];
  }
  await Promise.all(writing);
}

/** A repository on `main` with these files in one commit; without files it has no commit. */
export async function makeRepository(folder: string, files: Files = smallFiles): Promise<string> {
  await mkdir(folder, { recursive: true });
  await git(folder, "init", "--quiet", "--initial-branch=main");
  await writeFiles(folder, files);
  await git(folder, "add", "--all");
  if ((await git(folder, "status", "--porcelain")) !== "") await git(folder, "commit", "--quiet", "-m", "Begin");
  return folder;
}

export async function commitFiles(folder: string, files: Files, message: string): Promise<string> {
  await writeFiles(folder, files);
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "-m", message);
  return (await git(folder, "rev-parse", "HEAD")).trim();
}

export const smallFiles: Files = [
  ["README.md", "# Small\n"],
  ["src/add.ts", "export const add = (a: number, b: number) => a + b;\n"],
  ["src/greet.ts", "export const greet = (name: string) => `Hello, ${name}`;\n"],
];

/** `count` TypeScript files of about a kilobyte, a hundred to a folder: 300, 5,000 and 10,000 are the usual sizes. */
export function* manyFiles(count: number): Generator<readonly [string, string]> {
  for (let index = 0; index < count; index += 1) {
    const lines = Array.from({ length: 30 }, (_, line) => `export const value${index}_${line} = ${index * line};`);
    yield [`src/part${Math.floor(index / 100)}/file${index}.ts`, `${lines.join("\n")}\n`];
  }
}

/** Names that break programs which quote, split or decode paths carelessly. */
export const hostileFiles: Files = [
  ["with space.txt", "1\n"],
  ["unicode-ünïcødé-日本.txt", "2\n"],
  ["new\nline.txt", "3\n"],
  ['tab\tquote"back\\slash.txt', "4\n"],
  ["-rf.txt", "5\n"],
  ["--output=x", "6\n"],
  [":(top)magic.txt", "7\n"],
  ["star*[x].txt", "8\n"],
  [Buffer.from("latin1-\xff\xe9.txt", "latin1"), "9\n"],
  ["$(touch pwned).txt", "10\n"],
];

/** Branch names that git accepts (`update-ref` even more than `branch`) and that must never be taken for options. */
export const hostileBranches: readonly string[] = [
  "-f",
  "--upload-pack=touch pwned",
  "feature/ünï",
  "a'b\"c",
  "$(touch pwned)",
  "x;touch pwned",
];
