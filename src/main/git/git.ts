import { listBranches, createBranch, deleteBranch, onlyHere } from "./branches.ts";
import { createPlainGit } from "./client.ts";
import { changedPaths } from "./changed-paths.ts";
import { betweenCommits, commitsBetween } from "./between-commits.ts";
import { commit, type CommitRequest } from "./commit.ts";
import { conflictsBetween } from "./conflicts-between.ts";
import { diff, rawDiff, type DiffRequest } from "./diff.ts";
import { commitsSince } from "./commits-since.ts";
import { generatedPaths } from "./generated-paths.ts";
import { blobSizes, committedFile, workTreeFile, workTreeSize } from "./blobs.ts";
import { facts } from "./facts.ts";
import { findDefinitions } from "./find-definitions.ts";
import { ignoredFiles, ignoredFolders } from "./ignored-files.ts";
import { isIgnored } from "./is-ignored.ts";
import { listFiles } from "./list-files.ts";
import { mergeBase } from "./merge-base.ts";
import { mergeTree } from "./merge-tree.ts";
import { head, resolve } from "./resolve.ts";
import { createGitRunner, type Checkout, type Veil } from "./run.ts";
import { createSealLoose } from "./seal.ts";
import { startPoint } from "./start-point.ts";
import { status } from "./status.ts";
import { survey } from "./survey.ts";
import { asOrdinaryCommit, stampAnew } from "./snapshot-commit.ts";
import { takeSnapshot, type SnapshotRequest } from "./snapshot.ts";
import { beginBranch, returnHead } from "./switch-head.ts";
import type { GitTools } from "./tools.ts";
import { unpackSnapshot, type UnpackRequest } from "./unpack-snapshot.ts";
import {
  changeRefs,
  commitFacts,
  fetchObjects,
  listRefs,
  makeVault,
  packInto,
  stillReached,
  tidyVault,
  type RefChange,
} from "./vault.ts";
import { version } from "./version.ts";
import { moveFiles, setHead, setPlace, startBranch } from "./warm-worktree.ts";
import {
  discardWorktree,
  fillWorktree,
  listWorktrees,
  markWorktree,
  registerWorktree,
  removeWorktree,
  repairWorktrees,
  takeMarkOff,
  type RegisterWorktreeRequest,
} from "./worktrees.ts";

/** The git verbs, as they are handed to other rooms. */
export type Git = ReturnType<typeof createGit>;

export interface GitDeps {
  /** The engine's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What goes before a git that reads a work tree, so that it cannot be led to what no author may read. */
  readonly veil?: Veil;
  /** Exists, and receives temporary files; what a killed engine left in it may be removed when no git runs. */
  readonly folder: string;
}

/** Table of contents of this room; each verb is described in its own file. */
export function createGit(deps: GitDeps) {
  const runner = createGitRunner(deps);
  const plain = createPlainGit({ environment: runner.environment });
  const git: GitTools = { run: runner.run, drivers: runner.drivers, text: plain.text, folder: deps.folder };
  return {
    version: (folder: string) => version(git, folder),
    facts: (folder: string) => facts(git, folder),
    resolve: (at: Checkout, revision: string) => resolve(git, at, revision),
    startPoint: (at: Checkout, request: Parameters<typeof startPoint>[2]) => startPoint(git, at, request),
    head: (at: Checkout) => head(git, at),
    mergeBase: (at: Checkout, one: string, other: string) => mergeBase(git, at, one, other),
    listBranches: (at: Checkout, prefix?: string) => listBranches(git, at, prefix),
    createBranch: (at: Checkout, name: string, start: string) => createBranch(git, at, name, start),
    deleteBranch: (at: Checkout, name: string, expected: string) => deleteBranch(git, at, name, expected),
    onlyHere: (at: Checkout, tips: readonly string[], besides: string) => onlyHere(git, at, tips, besides),
    status: (at: Checkout, signal?: AbortSignal) => status(git, at, { signal }),
    diff: (at: Checkout, request: DiffRequest) => diff(git, at, request),
    rawDiff: (at: Checkout, request: DiffRequest) => rawDiff(git, at, request),
    commitsSince: (at: Checkout, request: Parameters<typeof commitsSince>[2]) => commitsSince(git, at, request),
    generatedPaths: (at: Checkout, request: Parameters<typeof generatedPaths>[2]) => generatedPaths(git, at, request),
    blobSizes: (at: Checkout, ids: readonly string[], signal?: AbortSignal) => blobSizes(git, at, ids, signal),
    workTreeSize,
    committedFile: (at: Checkout, request: Parameters<typeof committedFile>[2]) => committedFile(git, at, request),
    workTreeFile: (at: Checkout, request: Parameters<typeof workTreeFile>[2]) => workTreeFile(git, at, request),
    betweenCommits: (at: Checkout, request: Parameters<typeof betweenCommits>[2]) => betweenCommits(git, at, request),
    commitsBetween: (at: Checkout, request: Parameters<typeof commitsBetween>[2]) => commitsBetween(git, at, request),
    sealLoose: createSealLoose(git),
    changedPaths: (at: Checkout, request: Parameters<typeof changedPaths>[2]) => changedPaths(git, at, request),
    survey: (at: Checkout, request: Parameters<typeof survey>[2]) => survey(git, at, request),
    commit: (at: Checkout, request: CommitRequest) => commit(git, at, request),
    mergeTree: (at: Checkout, request: Parameters<typeof mergeTree>[2]) => mergeTree(git, at, request),
    conflictsBetween: (at: Checkout, request: Parameters<typeof conflictsBetween>[2]) =>
      conflictsBetween(git, at, request),
    listWorktrees: (at: Checkout) => listWorktrees(git, at),
    registerWorktree: (at: Checkout, request: RegisterWorktreeRequest) => registerWorktree(git, at, request),
    fillWorktree: (at: Checkout, how?: Parameters<typeof fillWorktree>[2]) => fillWorktree(git, at, how),
    markWorktree,
    takeMarkOff,
    startBranch: (at: Checkout, name: string, commit: string) => startBranch(git, at, name, commit),
    moveFiles: (at: Checkout, how: Parameters<typeof moveFiles>[2], signal?: AbortSignal) =>
      moveFiles(git, at, how, signal),
    setHead,
    setPlace,
    discardWorktree: (at: Checkout, place: string) => discardWorktree(git, at, place),
    repairWorktrees: (at: Checkout) => repairWorktrees(git, at),
    removeWorktree: (at: Checkout, request: Parameters<typeof removeWorktree>[2]) => removeWorktree(git, at, request),
    listFiles: (at: Checkout) => listFiles(git, at),
    findDefinitions: (at: Checkout, part: string) => findDefinitions(git, at, part),
    isIgnored: (at: Checkout, name: string) => isIgnored(git, at, name),
    ignoredFiles: (at: Checkout, request: Parameters<typeof ignoredFiles>[2]) => ignoredFiles(git, at, request),
    makeVault: (request: Parameters<typeof makeVault>[1]) => makeVault(git, request),
    fetchObjects: (into: Checkout, from: string, objects: readonly string[]) => fetchObjects(git, into, from, objects),
    listRefs: (at: Checkout, prefix: string, merged?: readonly string[]) => listRefs(git, at, prefix, merged),
    changeRefs: (at: Checkout, changes: readonly RefChange[]) => changeRefs(git, at, changes),
    stillReached: (at: Checkout, objects: readonly string[]) => stillReached(git, at, objects),
    commitFacts: (at: Checkout, commits: readonly string[]) => commitFacts(git, at, commits),
    packInto: (at: Checkout, commonDir: string, request: Parameters<typeof packInto>[3]) =>
      packInto(git, at, commonDir, request),
    asOrdinaryCommit: (vault: Checkout, snapshot: string) => asOrdinaryCommit(git, vault, snapshot),
    tidyVault: (at: Checkout) => tidyVault(git, at),
    stampAnew: (vault: Checkout, snapshot: string | undefined, message: string) =>
      stampAnew(git, vault, snapshot, message),
    takeSnapshot: (request: SnapshotRequest) => takeSnapshot(git, request),
    unpackSnapshot: (request: UnpackRequest) => unpackSnapshot(git, request),
    ignoredFolders: (at: Checkout, signal?: AbortSignal) => ignoredFolders(git, at, signal),
    beginBranch: (at: Checkout, request: Parameters<typeof beginBranch>[2]) => beginBranch(git, at, request),
    returnHead: (at: Checkout, request: Parameters<typeof returnHead>[2]) => returnHead(git, at, request),
    /** Ends every git command still running. */
    close: () => runner.close(),
  };
}
