import { ok, type Result } from "../../contract/errors.ts";
import type { GitCommand, GitOutput } from "./run.ts";

/** What a configuration makes of files, of which each has a name of the user's choosing. */
export interface Drivers {
  /** Settings under which git starts none of them, as the environment git takes settings from. */
  readonly off: Readonly<Record<string, string>>;
  /** Names of filters that are switched off. Files that go through one are not what git would make of them. */
  readonly filters: ReadonlySet<string>;
  /** Whether the user wants commits signed. */
  readonly signs: boolean;
}

type Query = (command: GitCommand) => Promise<Result<GitOutput>>;

/** For how long an answer holds, in milliseconds: fifteen worktrees of a project ask at once, and people seldom edit it. */
const holdsMs = 2_000;

interface Known extends Drivers {
  readonly until: number;
}

/**
 * Finds the programs that a `.gitattributes` can have git start by naming them (gitattributes(5): filters and merge
 * drivers), and the settings that keep git from it. There is no setting against all of them; each is overridden by name.
 * Authors write attributes, and the user's configuration says what the names mean.
 */
export function createDrivers({ query, now }: { readonly query: Query; readonly now: () => number }) {
  const known = new Map<string, Known>();
  const asked = new Map<string, Promise<Result<Drivers>>>();

  async function ask(at: GitCommand["at"], own: string): Promise<Result<Drivers>> {
    const told = await query({
      at,
      args: ["config", "--show-scope", "--null", "--get-regexp", wanted],
      answers: [0, 1],
    });
    if (!told.ok) return told;
    const settings = parse(told.value.stdout);
    const drivers = driversOf(settings);
    // What is included on conditions, or lies beside one worktree, is not the same for the next one.
    const conditional = settings.some(([name]) => /^(includeif\.|extensions\.worktreeconfig$)/.test(name));
    for (const [key, { until }] of known) if (until <= now()) known.delete(key);
    known.set(conditional ? own : shared(at), { ...drivers, until: now() + holdsMs });
    return ok(drivers);
  }

  return {
    /** What holds in this place. */
    async in(at: GitCommand["at"]): Promise<Result<Drivers>> {
      const own = "gitDir" in at ? at.gitDir : at.path;
      for (const key of [own, shared(at)]) {
        const before = known.get(key);
        if (before !== undefined && before.until > now()) return ok(before);
      }
      const underWay = asked.get(own) ?? ask(at, own).finally(() => asked.delete(own));
      asked.set(own, underWay);
      return underWay;
    },
  };
}

/** The key of what holds in all worktrees of a repository. */
function shared(at: GitCommand["at"]): string {
  return `all of ${"gitDir" in at ? at.gitDir.replace(/[/\\]worktrees[/\\][^/\\]+$/, "") : at.path}`;
}

const wanted =
  "^(filter\\..*\\.(clean|smudge|process|required)|merge\\..*\\.driver|core\\.alternaterefscommand|commit\\.gpgsign|extensions\\.worktreeconfig|includeif\\..*\\.path)$";

type Setting = readonly [name: string, value: string];

/**
 * Reads `git config --show-scope --null --get-regexp`: a scope, then a name, a line feed, and a value, which is `true` without
 * the line feed. What the engine itself sets for a command is left out.
 */
function parse(bytes: Buffer): Setting[] {
  const fields = bytes.toString().split("\0");
  const settings: Setting[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [scope, entry = ""] = fields.slice(at, at + 2);
    const end = entry.indexOf("\n");
    if (scope !== "command") settings.push(end === -1 ? [entry, "true"] : [entry.slice(0, end), entry.slice(end + 1)]);
  }
  return settings;
}

function driversOf(settings: readonly Setting[]): Drivers {
  const filters = names(settings, "filter");
  for (const name of filters) if (name === "lfs" && settings.every(isPlainLfs)) filters.delete(name);
  const signs = settings.findLast(([name]) => name === "commit.gpgsign")?.[1] ?? "false";
  return {
    filters,
    signs: /^(true|yes|on|[1-9]\d*)$/i.test(signs),
    off: settingsAsEnvironment([
      ...[...filters].flatMap((name): Setting[] => [
        ...["clean", "smudge", "process"].map((part): Setting => [`filter.${name}.${part}`, ""]),
        [`filter.${name}.required`, "false"],
      ]),
      // A driver can neither be unset nor left empty: git would take the empty one for a merge that went well.
      ...[...names(settings, "merge")].map((name): Setting => [`merge.${name}.driver`, textMerge]),
      ...settings.filter(([name]) => name === "core.alternaterefscommand").map(([name]): Setting => [name, "true"]),
    ]),
  };
}

/** What git's own merge does with text, as a driver; more than one conflict counts as one. */
const textMerge = "git merge-file --quiet --marker-size=%L %A %O %B || exit 1";

function names(settings: readonly Setting[], section: string): Set<string> {
  return new Set(
    settings
      .filter(([name]) => name.startsWith(`${section}.`))
      .map(([name]) => name.slice(section.length + 1, name.lastIndexOf("."))),
  );
}

/** The four lines `git lfs install` writes. Anything else under its name is somebody's own program. */
const plainLfs = /^git-lfs (clean -- %f|smudge( --skip)? -- %f|filter-process( --skip)?)$/;

function isPlainLfs([name, value]: Setting): boolean {
  const part = /^filter\.lfs\.(.+)$/.exec(name)?.[1];
  return part === undefined || part === "required" || plainLfs.test(value);
}

/** Pairs as git-config(1) takes them under "ENVIRONMENT": names with an equals sign in them cannot be given by `-c`. */
function settingsAsEnvironment(settings: readonly Setting[]): Record<string, string> {
  if (settings.length === 0) return {};
  const environment: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  for (const [nth, [name, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${nth}`] = name;
    environment[`GIT_CONFIG_VALUE_${nth}`] = value;
  }
  return environment;
}
