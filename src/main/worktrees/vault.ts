import path from "node:path";
import { fail, ok, type Problem, type Result } from "../../contract/errors.ts";
import type { Git } from "../git/git.ts";
import type { Checkout } from "../git/run.ts";
import type { Snapshot } from "../git/snapshot.ts";
import type { Ref, RefChange } from "../git/vault.ts";
import { exists } from "./locks.ts";
import { branchFolder } from "./names.ts";
import { createOneAtATime } from "./one-at-a-time.ts";
import { projectCheckout, type Project } from "./project.ts";

/** A workstream's work as it lies in a project. */
export interface Work {
  readonly project: Project;
  readonly workstreamId: string;
  /** Its worktree, as long as it has one. */
  readonly at?: Checkout;
}

/** Work that was deleted and can be had back. */
export interface Deleted {
  readonly workstreamId: string;
  /** As {@link Vault.mark} was told. */
  readonly about: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The engine's own copy of what authors committed, one bare repository for each project. */
export interface Vault {
  /** Copies a workstream's commits. Whoever asks while others are being copied shares the next copy with all who do. */
  keep(work: Work): Promise<Result<void>>;
  /** The work tree as it stands, in the vault; {@link Vault.mark} gives it a name. Commits must have been kept before. */
  snapshot(work: Work & { readonly at: Checkout }, message: string): Promise<Result<Snapshot>>;
  mark(work: Work, name: Mark, commit: string): Promise<Result<void>>;
  marked(work: Work, name: Mark): Promise<Result<string | undefined>>;
  /** Whether a pause put away uncommitted work that has not been unpacked since. */
  holdsPaused(work: Work): Promise<Result<boolean>>;
  /** Marks as deleted what has no folder any more: the snapshot of a pause, or the commits alone. */
  markDeleted(work: Work, message: string): Promise<Result<void>>;
  /** Gives a fresh worktree what a snapshot holds, and lets go of its mark. */
  unpack(work: Work & { readonly at: Checkout }, snapshot: string): Promise<Result<void>>;
  /** Where the branches were when they were last kept, by their names in the project. */
  branches(work: Work): Promise<Result<readonly Ref[]>>;
  /** What was deleted in the last thirty days. */
  deleted(project: Project): Promise<Result<readonly Deleted[]>>;
  /**
   * Puts back what the project lost of a workstream's commits, and branches that are gone. What was not committed when it
   * was deleted comes back as a branch `uncommitted`, what a pause had put away before as `paused`. Answers the branches.
   */
  restore(work: Work): Promise<Result<readonly string[]>>;
  /** Lets go of what was deleted longer than thirty days ago, and packs the rest. */
  tidy(project: Project, now: number): Promise<Result<void>>;
}

/** `paused` holds a snapshot until it is unpacked; `deleted` one, and the time of deletion, for thirty days. */
export type Mark = "paused" | "deleted";

const keptForMs = 30 * 24 * 60 * 60_000;
/** An agent can make any number of branches. */
const mostBranches = 1_000;

interface Asked {
  readonly work: Work;
  readonly settle: (result: Result<void>) => void;
}

export function createVault({ git, folder }: { readonly git: Git; readonly folder: string }): Vault {
  const waiting = new Map<string, Asked[]>();
  const turn = createOneAtATime();

  function placeOf(project: Project): Checkout {
    const place = path.join(folder, `${project.id}.git`);
    return { path: place, gitDir: place };
  }

  function isMade(vault: Checkout): Promise<boolean> {
    return exists(path.join(vault.path, "HEAD"));
  }

  /** One thing at a time in each vault, which is made before the first. */
  function within<T>(project: Project, work: (vault: Checkout) => Promise<Result<T>>): Promise<Result<T>> {
    const vault = placeOf(project);
    return turn(vault.path, async () => {
      if (!(await isMade(vault))) {
        const made = await git.makeVault({
          vault: vault.path,
          project: { ...projectCheckout(project), commonDir: project.commonDir },
        });
        if (!made.ok) return made;
      }
      return work(vault);
    });
  }

  function keep(work: Work): Promise<Result<void>> {
    const { promise, resolve } = Promise.withResolvers<Result<void>>();
    const { project } = work;
    const asked = waiting.get(project.id) ?? [];
    asked.push({ work, settle: resolve });
    if (asked.length > 1) return promise;
    waiting.set(project.id, asked);
    void within(project, async (vault) => {
      waiting.delete(project.id);
      await keepAll(vault, asked);
      return ok(undefined);
    })
      .then((made) => {
        // The vault could not be made: nobody was asked.
        if (made.ok) return;
        waiting.delete(project.id);
        for (const { settle } of asked) settle(made);
      })
      .catch((thrown: unknown) => {
        for (const { settle } of asked) settle(fail("INTERNAL", "The vault failed.", "Try again.", thrown));
      });
    return promise;
  }

  /** What one workstream has damaged is no trouble of the others. */
  async function keepAll(vault: Checkout, asked: readonly Asked[]): Promise<void> {
    const together = await keepThese(
      vault,
      asked.map(({ work }) => work),
    );
    for (const { work, settle } of asked) {
      settle(together.ok || asked.length === 1 ? told(work, together) : told(work, await keepThese(vault, [work])));
    }
  }

  async function keepThese(vault: Checkout, works: readonly Work[]): Promise<Result<void>> {
    const [first] = works;
    if (first === undefined) return ok(undefined);
    const tips: Tips[] = [];
    for (const work of works) {
      const found = await tipsOf(git, vault, work);
      if (!found.ok) return found;
      tips.push(found.value);
    }
    const wanted = tips.flatMap(({ branches, heads }) => [...branches.map(({ object }) => object), ...heads]);
    const held = new Set(tips.flatMap((each) => each.held.map(({ object }) => object)));
    const fetched = await git.fetchObjects(vault, first.project.commonDir, [
      ...new Set(wanted.filter((object) => !held.has(object))),
    ]);
    if (!fetched.ok) return fetched;
    for (const each of tips) {
      const noted = await note(git, vault, each);
      if (!noted.ok) return noted;
    }
    return ok(undefined);
  }

  return {
    keep,
    snapshot: (work, message) =>
      within(work.project, (vault) =>
        git.takeSnapshot({ vault, at: work.at, commonDir: work.project.commonDir, message }),
      ),
    mark: (work, name, commit) =>
      within(work.project, (vault) => git.changeRefs(vault, [{ name: refOf(work, name), object: commit }])),
    marked: (work, name) => within(work.project, (vault) => markedIn(git, vault, work, name)),
    holdsPaused: (work) =>
      within(work.project, async (vault) => {
        const commit = await asCommit(git, vault, work, "paused");
        return commit.ok ? ok(commit.value !== undefined) : commit;
      }),
    markDeleted: (work, message) =>
      within(work.project, async (vault) => {
        const refs = await git.listRefs(vault, refOf(work, ""));
        if (!refs.ok) return refs;
        const find = (name: string) => refs.value.find((ref) => ref.name === refOf(work, name))?.object;
        if (refs.value.length === 0 || find("deleted") !== undefined) return ok(undefined);
        const paused = find("paused");
        const made = await git.stampAnew(vault, paused, message);
        if (!made.ok) return made;
        return git.changeRefs(vault, [
          { name: refOf(work, "deleted"), object: made.value },
          ...(paused === undefined ? [] : [{ name: refOf(work, "paused"), was: paused }]),
        ]);
      }),
    unpack: (work, snapshot) =>
      within(work.project, async (vault) => {
        const unpacked = await git.unpackSnapshot({
          vault,
          at: work.at,
          commonDir: work.project.commonDir,
          snapshot,
        });
        if (!unpacked.ok) return unpacked;
        return git.changeRefs(vault, [
          { name: refOf(work, `past/${snapshot}`), object: snapshot },
          { name: refOf(work, "paused") },
        ]);
      }),
    branches: (work) => within(work.project, (vault) => branchesIn(git, vault, work)),
    // Not made for a look: the project of a vault that was never needed may be gone.
    deleted: async (project) =>
      (await isMade(placeOf(project))) ? within(project, (vault) => deletedIn(git, vault)) : ok([]),
    restore: (work) => within(work.project, (vault) => restoreTo(git, vault, work)),
    tidy: (project, now) =>
      within(project, async (vault) => {
        const gone = await letGo(git, vault, now);
        return gone.ok ? git.tidyVault(vault) : gone;
      }),
  };
}

interface Tips {
  readonly work: Work;
  readonly branches: readonly Ref[];
  /** What is checked out; may be on no branch. */
  readonly heads: readonly string[];
  /** What the vault has of this workstream. */
  readonly held: readonly Ref[];
}

async function tipsOf(git: Git, vault: Checkout, work: Work): Promise<Result<Tips>> {
  const prefix = `refs/heads/${branchFolder(work.workstreamId)}/`;
  const branches = await git.listRefs(projectCheckout(work.project), prefix);
  if (!branches.ok) return branches;
  if (branches.value.length > mostBranches) {
    return fail(
      "TOO_MANY",
      `The workstream has more than ${mostBranches} branches.`,
      `Delete those below ${branchFolder(work.workstreamId)}/ that are not needed.`,
    );
  }
  const held = await git.listRefs(vault, refOf(work, ""));
  if (!held.ok) return held;
  const head = work.at === undefined ? undefined : await git.head(work.at);
  // A worktree may be on a branch that has no commit yet.
  if (head !== undefined && !head.ok && head.error.code !== "NOT_FOUND") return head;
  return ok({ work, branches: branches.value, heads: head?.ok === true ? [head.value] : [], held: held.value });
}

/**
 * The vault's refs after its objects have come: `heads/` is where the branches are, `past/` holds what an amend or a reset
 * took off them. A branch that an agent deleted stays.
 */
async function note(git: Git, vault: Checkout, { work, branches, heads, held }: Tips): Promise<Result<void>> {
  const own = refOf(work, "heads/");
  const now = new Map(branches.map(({ name, object }) => [own + shortName(work, name), object]));
  const before = held.filter(({ name }) => name.startsWith(own));
  const gone = before.filter(({ name }) => [...now.keys()].some((other) => isInTheWay(name, other)));
  const left = before.filter(({ name, object }) => (now.get(name) ?? object) !== object);
  const past = [...new Set([...heads, ...left.map(({ object }) => object), ...gone.map(({ object }) => object)])];
  const first = await git.changeRefs(vault, [
    ...past.map((object): RefChange => ({ name: refOf(work, `past/${object}`), object })),
    ...gone.map(({ name }): RefChange => ({ name })),
  ]);
  if (!first.ok) return first;
  const moved = await git.changeRefs(
    vault,
    [...now].map(([name, object]): RefChange => ({ name, object })),
  );
  if (!moved.ok || now.size === 0) return moved;
  const needless = await git.listRefs(vault, refOf(work, "past/"), [...now.values()]);
  if (!needless.ok) return needless;
  return git.changeRefs(
    vault,
    needless.value.map(({ name, object }): RefChange => ({ name, was: object })),
  );
}

/** Git cannot have a branch and a folder of branches of one name. */
function isInTheWay(name: string, other: string): boolean {
  return name !== other && (name.startsWith(`${other}/`) || other.startsWith(`${name}/`));
}

function shortName({ workstreamId }: Work, ref: string): string {
  return ref.slice(`refs/heads/${branchFolder(workstreamId)}/`.length);
}

function refOf({ workstreamId }: Pick<Work, "workstreamId">, name: string): string {
  return `refs/workstreams/${workstreamId}/${name}`;
}

async function branchesIn(git: Git, vault: Checkout, work: Work): Promise<Result<readonly Ref[]>> {
  const prefix = refOf(work, "heads/");
  const refs = await git.listRefs(vault, prefix);
  if (!refs.ok) return refs;
  const folder = branchFolder(work.workstreamId);
  return ok(refs.value.map(({ name, object }) => ({ name: `${folder}/${name.slice(prefix.length)}`, object })));
}

async function branchesToRestore(git: Git, vault: Checkout, work: Work): Promise<Result<readonly Ref[]>> {
  const branches = await branchesIn(git, vault, work);
  if (!branches.ok) return branches;
  const deleted = await markedIn(git, vault, work, "deleted");
  if (!deleted.ok) return deleted;
  if (deleted.value === undefined) return branches;
  const made: Ref[] = [];
  for (const [mark, name] of [
    ["deleted", "uncommitted"],
    ["paused", "paused"],
  ] as const) {
    const commit = await asCommit(git, vault, work, mark);
    if (!commit.ok) return commit;
    if (commit.value !== undefined)
      made.push({ name: `${branchFolder(work.workstreamId)}/${name}`, object: commit.value });
  }
  return ok([...branches.value.filter(({ name }) => !made.some((ref) => ref.name === name)), ...made]);
}

async function markedIn(git: Git, vault: Checkout, work: Work, name: Mark): Promise<Result<string | undefined>> {
  const refs = await git.listRefs(vault, refOf(work, name));
  return refs.ok ? ok(refs.value.find((ref) => ref.name === refOf(work, name))?.object) : refs;
}

/** What a marked snapshot has of uncommitted work, as an ordinary commit. */
async function asCommit(git: Git, vault: Checkout, work: Work, name: Mark): Promise<Result<string | undefined>> {
  const marked = await markedIn(git, vault, work, name);
  return marked.ok && marked.value !== undefined ? git.asOrdinaryCommit(vault, marked.value) : marked;
}

async function restoreTo(git: Git, vault: Checkout, work: Work): Promise<Result<readonly string[]>> {
  const branches = await branchesToRestore(git, vault, work);
  if (!branches.ok) return branches;
  const { project } = work;
  const history = await git.listRefs(vault, "refs/project/");
  if (!history.ok) return history;
  const at = projectCheckout(project);
  const without = await git.stillReached(
    at,
    history.value.map(({ object }) => object),
  );
  if (!without.ok) return without;
  const wanted = branches.value.map(({ object }) => object);
  const packed = await git.packInto(vault, project.commonDir, { wanted, without: without.value });
  if (!packed.ok) return packed;
  const present = await git.listRefs(at, `refs/heads/${branchFolder(work.workstreamId)}/`);
  if (!present.ok) return present;
  const missing = branches.value.filter(({ name }) => !present.value.some((ref) => ref.name === `refs/heads/${name}`));
  const made = await git.changeRefs(
    at,
    missing.map(({ name, object }): RefChange => ({ name: `refs/heads/${name}`, object })),
  );
  return made.ok ? ok(branches.value.map(({ name }) => name)) : made;
}

interface DeletedRef extends Deleted {
  readonly prefix: string;
}

async function deletedIn(git: Git, vault: Checkout): Promise<Result<readonly DeletedRef[]>> {
  const all = await git.listRefs(vault, "refs/workstreams/*/deleted");
  if (!all.ok) return all;
  const facts = await git.commitFacts(
    vault,
    all.value.map(({ object }) => object),
  );
  if (!facts.ok) return facts;
  return ok(
    all.value.map(({ name }, nth) => {
      const workstreamId = name.split("/")[2] ?? "";
      const { at = 0, message = "" } = facts.value[nth] ?? {};
      return { workstreamId, at, about: message, prefix: refOf({ workstreamId }, "") };
    }),
  );
}

async function letGo(git: Git, vault: Checkout, now: number): Promise<Result<void>> {
  const deleted = await deletedIn(git, vault);
  if (!deleted.ok) return deleted;
  for (const { at, prefix } of deleted.value) {
    if (now - at <= keptForMs) continue;
    const refs = await git.listRefs(vault, prefix);
    if (!refs.ok) return refs;
    const gone = await git.changeRefs(
      vault,
      refs.value.map(({ name, object }): RefChange => ({ name, was: object })),
    );
    if (!gone.ok) return gone;
  }
  return ok(undefined);
}

/** How a failure of the vault is told: nothing is lost by it, and what it lacks is named. */
function told({ workstreamId }: Work, result: Result<void>): Result<void> {
  if (result.ok) return result;
  const { code, message, cause, next } = result.error;
  const problem: Problem = {
    code,
    message: `What ${branchFolder(workstreamId)} holds could not be copied to the vault: ${message}`,
    next: damaged.test(cause ?? "")
      ? "Run `git fsck` in the project. `cox restore` puts back what the vault has; the rest stays where it is."
      : next,
    ...(cause === undefined ? {} : { cause }),
  };
  return { ok: false, error: problem };
}

const damaged = /fsck|missing|corrupt|unable to read|bad object|not our ref|did not send all necessary/i;
