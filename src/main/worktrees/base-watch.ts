import type { Git } from "../git/git.ts";
import { readBase } from "./base-ref.ts";
import { projectCheckout, type Project } from "./project.ts";

/** How long a commit is believed of a name that may move while the files stay as they are, in milliseconds. */
const believedFor = 30_000;
/** Bases remembered; a project has one, as a rule. */
const mostBases = 200;

interface Seen {
  readonly print: string;
  readonly commit: string | undefined;
  readonly at: number;
}

/** The commit a base stands for, asked of git only when the files that say so have changed; undefined when there is none. */
export type BaseWatch = (project: Project, base: string) => Promise<string | undefined>;

export function createBaseWatch({
  git,
  now,
}: {
  readonly git: Pick<Git, "resolve">;
  readonly now: () => number;
}): BaseWatch {
  const seen = new Map<string, Seen>();
  return async (project, base) => {
    const key = `${project.commonDir}\0${base}`;
    const known = seen.get(key);
    const { print, direct } = await readBase(project.commonDir, base);
    if (known?.print === print && (isCertain(print, direct) || now() - known.at < believedFor)) return known.commit;
    const resolved = await git.resolve(projectCheckout(project), base);
    const commit = resolved.ok ? resolved.value : undefined;
    if (seen.size >= mostBases) seen.clear();
    seen.set(key, { print, commit, at: now() });
    return commit;
  };
}

/** Whether the commit can move only with the print; of a format with other files there is nothing but spaces in it. */
function isCertain(print: string, direct: boolean): boolean {
  return direct && print.trim() !== "";
}
