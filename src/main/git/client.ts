import { simpleGit } from "simple-git";
import { ok, type Result } from "../../contract/errors.ts";
import { explainGit } from "./explain.ts";
import { hardening } from "./hardening.ts";
import { explainMissingFolder } from "./missing-folder.ts";
import { placeEnvironment, type GitCommand } from "./run.ts";

/**
 * Which of the two ways a verb takes, decided once per verb:
 *
 * - simple-git, here: questions and moves whose input and output are a few names or ids, and that nobody cancels
 *   (version, resolve, merge base, making and deleting branches, repairing worktrees). It refuses dangerous
 *   arguments on its own.
 * - the runner of run.ts: whatever carries bytes (paths, patches, file content, a message on standard input), may be as
 *   long as an agent likes (lists of branches), runs long enough to be cancelled or bounded (checkout, status, diff,
 *   commit), or answers with its exit code (facts, merge-tree).
 */
export interface PlainGit {
  /** Standard output of a git command, as text. */
  readonly text: (at: GitCommand["at"], args: readonly string[]) => Promise<Result<string>>;
}

const timeoutMs = 60_000;

/** The one place where simple-git is set up, with the opt-ins that our hardening and explicit directories need. */
export function createPlainGit(deps: { readonly environment: Readonly<Record<string, string>> }): PlainGit {
  async function text(at: GitCommand["at"], args: readonly string[]): Promise<Result<string>> {
    const env = { ...deps.environment, ...placeEnvironment(at) };
    try {
      const git = simpleGit({
        baseDir: at.path,
        config: [...hardening],
        timeout: { block: timeoutMs },
        completion: { onClose: true, onExit: false },
        // The hardening switches these off; simple-git only sees that they are set.
        unsafe: {
          allowUnsafeFsMonitor: true,
          allowUnsafeHooksPath: true,
          allowUnsafePager: true,
          allowUnsafeProtocolOverride: true,
        },
        allowEnvironment: Object.keys(env).filter((name) => name.startsWith("GIT_")),
        errors: failOnExitCode,
      }).env(env);
      return ok(await git.raw([...args]));
    } catch (error) {
      return (
        (await explainMissingFolder(at)) ?? explainGit(at.path, error instanceof Error ? error.message : String(error))
      );
    }
  }

  return { text };
}

/** simple-git takes a non-zero exit with nothing on standard error for success; for us every such exit is a failure. */
function failOnExitCode(
  error: Buffer | Error | undefined,
  result: { readonly exitCode: number },
): Buffer | Error | undefined {
  if (error !== undefined && (!Buffer.isBuffer(error) || error.length > 0)) return error;
  return result.exitCode === 0 ? undefined : Buffer.from(`git exited with code ${result.exitCode}`);
}
