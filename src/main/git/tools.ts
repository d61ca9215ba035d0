import type { PlainGit } from "./client.ts";
import type { GitRunner } from "./run.ts";

/** What a verb works with; client.ts says which verb takes which. */
export interface GitTools {
  readonly run: GitRunner["run"];
  readonly drivers: GitRunner["drivers"];
  readonly text: PlainGit["text"];
  /** Receives temporary indexes. */
  readonly folder: string;
}

/** A person a commit is attributed to. */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** A full object id. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
