import { ok, type Result } from "../../contract/errors.ts";
import { nulFields, repoPath } from "./paths.ts";
import type { Checkout } from "./run.ts";
import type { GitTools } from "./tools.ts";

export interface Definition {
  readonly name: string;
  readonly path: string;
  readonly line: number;
}

/** What stands before the name of something that is being defined, in the languages of most projects. */
const words =
  "function\\*?|class|interface|type|enum|const|let|var|def|fn|struct|trait|union|mod|module|func|sub|macro_rules!|protocol|object|record|namespace|package|defmodule|defp|val|data|newtype|#define";
const most = 400;
const mostBytes = 512 * 1024;
/** Whoever types does not wait longer. What was not found by then is missing. */
const longest = 2_000;

/**
 * Where something is defined whose name has `part` in it, as far as a line says so by a word before the name. It reads lines and
 * no language: what is defined without such a word, such as a function in C or a method of a class, is not found.
 */
export async function findDefinitions(
  git: GitTools,
  at: Checkout,
  part: string,
  signal?: AbortSignal,
): Promise<Result<{ readonly found: readonly Definition[]; readonly truncated: boolean }>> {
  if (!/^[A-Za-z0-9_]+$/.test(part)) return ok({ found: [], truncated: false });
  const name = `[A-Za-z0-9_$]*${part}[A-Za-z0-9_$]*`;
  const pattern = `(^|[^A-Za-z0-9_$])(${words}|func[[:space:]]*\\([^)]*\\))[[:space:]]+${name}`;
  const told = await git.run({
    at,
    args: [
      "grep",
      "--untracked",
      "-nzIiE",
      "--max-count=20",
      "--full-name",
      "--no-color",
      "--no-column",
      "--no-textconv",
      "--no-recurse-submodules",
      "-e",
      pattern,
      "--",
    ],
    maxBytes: mostBytes,
    overflow: "truncate",
    timeoutMs: longest,
    answers: [0, 1],
    signal,
  });
  if (!told.ok) return told.error.code === "TIMED_OUT" ? ok({ found: [], truncated: true }) : told;
  const defined = new RegExp(`(?:^|[^\\w$])(?:${words}|func\\s*\\([^)]*\\))\\s+(${name})`, "i");
  const found: Definition[] = [];
  // <path> NUL <line> NUL <text> LF
  let rest = told.value.stdout;
  while (found.length < most) {
    const end = rest.indexOf(0x0a);
    if (end === -1) break;
    const [path, line, text] = nulFields(rest.subarray(0, end));
    rest = rest.subarray(end + 1);
    if (path === undefined || line === undefined || text === undefined) continue;
    const called = defined.exec(text.toString().slice(0, 500))?.[1];
    const file = repoPath(path);
    if (called === undefined || file.raw !== undefined) continue;
    found.push({ name: called, path: file.path, line: Number(line.toString()) });
  }
  return ok({ found, truncated: told.value.truncated || found.length === most });
}
