import { mkdir, realpath } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { PoolStatus } from "../../contract/pool.ts";
import type { Git } from "../git/git.ts";
import type { Checkout } from "../git/run.ts";
import {
  adopt,
  findByHand,
  release,
  type AdoptDeps,
  type AdoptRequest,
  type ByHand,
  type ReleaseRequest,
  type Taken,
} from "./adopt.ts";
import { createBaseWatch, type BaseWatch } from "./base-watch.ts";
import { cloneFile } from "./clone-tree.ts";
import { copyFolders, type CopyOutcome, type CopyRequest } from "./copy-folders.ts";
import { dependencyFolders, type WantedFolder } from "./dependency-folders.ts";
import { createWorktree, type CreateRequest, type Worktree } from "./create.ts";
import { takeInventory, type InventoryEntry } from "./inventory.ts";
import { isMissing } from "./locks.ts";
import { thisMachine } from "./machine.ts";
import { createOneAtATime } from "./one-at-a-time.ts";
import { createPool, poolFolderName, type Machine, type PoolWish } from "./pool.ts";
import { projectFolder, type Project } from "./project.ts";
import { measureReclaimable, reclaim } from "./reclaim.ts";
import { createStartPoints } from "./start-points.ts";

/** The worktrees of all projects, as they are handed to the fleet. */
export interface Worktrees {
  /** Idempotent per workstream: asking again, also after a crash, gives the same worktree. */
  readonly create: (request: CreateRequest) => Promise<Result<Worktree>>;
  /** Whether there is nothing any more where a worktree was. */
  readonly isMissing: (place: string) => Promise<boolean>;
  /** Whether a workstream can work in a worktree that was made by hand; {@link findByHand}. */
  readonly findByHand: (project: Project, place: string, taken: Taken) => Promise<Result<ByHand>>;
  readonly adopt: (request: AdoptRequest) => ReturnType<typeof adopt>;
  readonly release: (request: ReleaseRequest) => ReturnType<typeof release>;
  /** Folders of a checkout that its set-up makes again, and what each takes on disk. */
  readonly reclaimable: (at: Checkout) => ReturnType<typeof measureReclaimable>;
  /** Removes some of these; answers the bytes. */
  readonly reclaim: (at: Checkout, folders: readonly string[]) => Promise<Result<number>>;
  readonly inventory: (project: Project) => Promise<Result<readonly InventoryEntry[]>>;
  /** Copies dependency folders into a worktree nobody works in yet; {@link copyFolders}. What is told is for people. */
  readonly copyFolders: (request: CopyWish) => Promise<readonly CopyOutcome[]>;
  /** Says how many worktrees a project wants kept ready, and has its base looked at; to be called every second or so. */
  readonly keepWarm: (project: Project, wish: PoolWish) => void;
  /** Gives up what is kept ready for a project that nobody starts in any more, until {@link keepWarm} is called again. */
  readonly emptyPool: (projectId: string) => Promise<void>;
  /** What a base stands for at this moment, without a process as long as it has not moved; to be called every second or so. */
  readonly baseCommit: BaseWatch;
  /** What is kept ready for a project; undefined before anybody has asked for it. */
  /** Makes no more ready until the next start, or until told to go on. */
  readonly holdPool: (held: boolean) => void;
  readonly poolStatus: (projectId: string) => PoolStatus | undefined;
  /** Ends refilling. What is ready stays for the next engine. */
  readonly close: () => Promise<void>;
}

/** Like {@link CopyRequest}, with folders as a project names them; null when it says nothing. */
export interface CopyWish extends Omit<CopyRequest, "folders"> {
  readonly wanted: readonly WantedFolder[] | null;
}

export interface WorktreesDeps {
  /** The folder below which each project has one; not below the temporary folder, which agents may write. */
  readonly root: string;
  readonly git: Git;
  /** Real paths of folders that every author may write, such as `/tmp`: nothing that lies there is adopted. */
  readonly shared?: readonly string[];
  /** Milliseconds that a git which outlived a crashed engine is given to end a checkout; default three seconds. */
  readonly patienceMs?: number;
  /** What refilling asks of the machine; this one unless said otherwise. */
  readonly machine?: Machine;
  /** What went wrong where nobody was waiting for it. */
  readonly log?: (message: string, cause?: unknown) => void;
}

export function createWorktrees(deps: WorktreesDeps): Worktrees {
  const { root, git, patienceMs = 3_000, machine = thisMachine, log = () => undefined, shared = [] } = deps;
  const creating = new Map<string, Promise<Result<Worktree>>>();
  const claimed = new Set<string>();
  const register = createOneAtATime();
  const startPoint = createStartPoints(git);
  const pool = createPool({ git, register, machine, log });
  const copying = { git, clone: cloneFile, now: machine.now, known: new Map<string, boolean>() };
  let realRoot: string | undefined;

  async function folderOf(project: Project): Promise<Result<string>> {
    try {
      await mkdir(root, { recursive: true, mode: 0o700 });
      return ok(projectFolder(await realpath(root), project));
    } catch (error) {
      return fail("FORBIDDEN", `${root} cannot be used for worktrees.`, "Check who owns it and the disk.", error);
    }
  }

  async function withRoot<T>(work: (deps: AdoptDeps) => Promise<Result<T>>): Promise<Result<T>> {
    const real = await realpath(root).catch(() => path.resolve(root));
    return work({ git, root: real, shared });
  }

  async function begin(request: CreateRequest): Promise<Result<Worktree>> {
    const folder = await folderOf(request.project);
    return folder.ok
      ? createWorktree({ git, claimed, startPoint, register, pool, patienceMs, folder: folder.value }, request)
      : folder;
  }

  /** On the file system of the worktree, and out of the way of whoever lists them. */
  async function poolFolder({ to }: Pick<CopyWish, "to">): Promise<string> {
    const folder = path.join(path.dirname(to), poolFolderName);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** Two requests for one workstream share one creation. */
  function create(request: CreateRequest): Promise<Result<Worktree>> {
    const key = `${request.project.id}/${request.workstreamId}`;
    const running = creating.get(key);
    if (running !== undefined) return running;
    const goOn = pool.giveWay();
    const started = begin(request).finally(() => {
      creating.delete(key);
      goOn();
    });
    creating.set(key, started);
    return started;
  }

  return {
    create,
    isMissing,
    findByHand: (project, place, taken) => withRoot((deps) => findByHand(deps, project, place, taken)),
    adopt: (request) => register(request.project.commonDir, () => withRoot((deps) => adopt(deps, request))),
    release: (request) => register(request.project.commonDir, () => withRoot((deps) => release(deps, request))),
    reclaimable: (at) => measureReclaimable(git, at),
    reclaim: (at, folders) => reclaim(git, at, folders),
    inventory: async (project) => {
      const folder = await folderOf(project);
      return folder.ok ? takeInventory({ git, folder: folder.value }, project) : folder;
    },
    async copyFolders({ wanted, ...request }) {
      const { folders, unclear } = await dependencyFolders(request.project.root, wanted);
      const outcomes =
        folders.length === 0
          ? []
          : await copyFolders({ ...copying, holding: await poolFolder(request) }, { ...request, folders });
      return [
        ...outcomes,
        ...unclear.map((folder) => ({
          folder,
          kind: "left" as const,
          why: "has no lock file that is known; name one",
        })),
      ];
    },
    keepWarm(project, wish) {
      if (realRoot !== undefined) return pool.keep(project, projectFolder(realRoot, project), wish);
      void folderOf(project).then((folder) => folder.ok && (realRoot = path.dirname(folder.value)));
    },
    baseCommit: createBaseWatch({ git, now: machine.now }),
    emptyPool: pool.empty,
    holdPool: pool.hold,
    poolStatus: pool.status,
    close: pool.close,
  };
}
