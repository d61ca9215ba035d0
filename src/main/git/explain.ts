import { fail, type ErrorCode, type Result } from "../../contract/errors.ts";

interface Known {
  readonly says: RegExp;
  readonly code: ErrorCode;
  readonly sentence: (path: string, match: RegExpExecArray) => string;
  readonly next: (path: string, match: RegExpExecArray) => string;
}

/** What git says (in the C locale) about failures that have a known way out; the first that matches speaks. */
const known: readonly Known[] = [
  {
    says: /No space left on device|ENOSPC|Disk quota exceeded/i,
    code: "DISK_FULL",
    sentence: () => "The disk is full.",
    next: () => "Free some space (`cox doctor` shows what can go), then try again.",
  },
  {
    says: /Unable to create '([^']+\.lock)': File exists/,
    code: "CONFLICT",
    sentence: (_, match) => `Another git command holds ${match[1] ?? "a lock"}.`,
    next: (_, match) => `Wait for it and try again; if no git is running there, delete ${match[1] ?? "the lock file"}.`,
  },
  {
    says: /detected dubious ownership/,
    code: "FORBIDDEN",
    sentence: (path) => `git refuses ${path} because it belongs to another user.`,
    next: (path) => `If you trust it, run: git config --global --add safe.directory '${path}'`,
  },
  {
    // A git directory that was named, by us or by a `.git` file; below it is one that was looked for.
    says: /not a git repository: '?(.+?)'?$/m,
    code: "UNAVAILABLE",
    sentence: (path, match) => `${path} belongs to a repository that is not at ${match[1] ?? "its place"}.`,
    next: (path) => `Put the repository back where it was, then try again; what lies in ${path} is untouched.`,
  },
  {
    says: /unknown repository extension|Expected git repo version/,
    code: "UNAVAILABLE",
    sentence: (path) => `${path} is kept in a format that the git on PATH is too old for.`,
    next: () => "Install a newer git and put it on PATH, then start Coxswain again.",
  },
  {
    says: /not a git repository|invalid gitfile format/i,
    code: "NOT_FOUND",
    sentence: (path) => `${path} is not a git repository.`,
    next: () => "Choose the folder of a repository, or run `git init` in it.",
  },
  {
    says: /Read-only file system|EROFS/,
    code: "FORBIDDEN",
    sentence: (path) => `${path} is on a read-only file system.`,
    next: () => "Mount it writable, or use a clone on another disk.",
  },
  {
    says: /Permission denied|EACCES|insufficient permission/,
    code: "FORBIDDEN",
    sentence: (path) => `git may not read or write everything it needs in ${path}.`,
    next: () => "Check who owns the repository's files, then try again.",
  },
  {
    says: /bad (index file )?signature|index file (corrupt|smaller than expected)|bad index file/,
    code: "UNAVAILABLE",
    sentence: (path) => `The index of ${path} is damaged.`,
    next: () => "Run `git status` there; if it fails too, delete the index file and run `git reset`.",
  },
  {
    says: /object file .* is empty|loose object .* is corrupt|(unable to|cannot) read (tree|sha1 file|object)|object corrupt or missing|failed to unpack tree object|bad tree object|bad object HEAD/,
    code: "UNAVAILABLE",
    sentence: (path) => `Objects are missing or damaged in the repository of ${path}.`,
    next: () => "Run `git fsck --full` there and fetch what is missing from a remote.",
  },
  {
    says: /from promisor remote|Could not read from remote repository/,
    code: "UNAVAILABLE",
    sentence: (path) => `${path} is a partial clone that lacks files of this commit, and its remote cannot be reached.`,
    next: () => "Try again when it can be reached, or start from a commit whose files are here.",
  },
  {
    says: /(?:smudge|clean) filter (\S+) failed|external filter '(.+?)' failed|(git-lfs): (?:command )?not found/,
    code: "UNAVAILABLE",
    sentence: (path, match) =>
      `Files of ${path} go through the filter ${match[1] ?? match[2] ?? match[3] ?? ""}, which failed.`,
    next: () => "Install the program it runs (git-lfs for `lfs`) where Coxswain finds it on its PATH, then try again.",
  },
  {
    says: /'refs\/heads\/([^']+)' exists; cannot create '?refs\/heads\/([^'\s]+)/,
    code: "CONFLICT",
    sentence: (_, match) => `The branch ${match[1] ?? ""} is in the way of ${match[2] ?? "another"}.`,
    next: (_, match) => `Give it another name: git branch -m ${match[1] ?? ""} NAME`,
  },
  {
    says: /failed to read (.*)\/commondir/,
    code: "CONFLICT",
    sentence: (_, match) => `The worktree registered in ${match[1] ?? "the repository"} is half written.`,
    next: (_, match) =>
      `Try again; if that does not help, nothing was ever checked out there: remove ${match[1] ?? "it"}.`,
  },
  {
    says: /unknown revision|bad revision|Needed a single revision|not a valid object name|invalid reference|bad object|Not a valid commit name/i,
    code: "NOT_FOUND",
    sentence: (path) => `That revision does not exist in ${path}.`,
    next: () => "Name a branch, tag or commit that exists here, or run `git fetch` first.",
  },
];

/** A failure with a way out from what git printed; `path` is where it ran. */
export function explainGit(path: string, said: string): Result<never> {
  for (const { says, code, sentence, next } of known) {
    const match = says.exec(said);
    if (match !== null) return fail(code, sentence(path, match), next(path, match), said.trim());
  }
  return fail(
    "INTERNAL",
    `git failed: ${firstLine(said)}`,
    `Run \`git status\` in ${path} to see its state, then try again.`,
    said.trim(),
  );
}

function firstLine(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const fatal = lines.find((line) => /^(fatal|error):/.test(line));
  return (fatal ?? lines[0] ?? "it gave no reason").slice(0, 500);
}
