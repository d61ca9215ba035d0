import type { FilePatch } from "../../contract/diffs.ts";

/** To the worker: one patch to read. */
export interface Job {
  readonly id: number;
  readonly patch: Uint8Array;
  readonly fold: boolean;
  readonly generated: readonly string[];
  readonly mostLines: number;
}

/** From the worker: some files of a patch, in their order; the last page of a job says so. */
export interface Page {
  readonly id: number;
  readonly patches: readonly FilePatch[];
  readonly last: boolean;
}
