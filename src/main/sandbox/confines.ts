import type { Readable, Writable } from "node:stream";

/** `none`: a loopback of its own and nothing outside. `full`: the machine's network, without its unix sockets. */
export type Network = "none" | "full";

/** A program with its arguments; no shell reads them. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Real path. */
  readonly folder: string;
  /** All it sees of any environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Where a command may go. All paths are absolute and real; one that leads through a symbolic link when the command starts
 * is refused. What is not named is readable, and nothing but what is named is writable.
 */
export interface Confines {
  /** The work tree: writable, but for the `.git` file that says where its repository is. */
  readonly worktree: string;
  /** Writable beside it: the scratch folder, caches, the roots a commit needs. */
  readonly writable: readonly string[];
  /** Inside writable ones, and not writable. */
  readonly readOnly: readonly string[];
  /** Readable although they lie below something hidden. */
  readonly readable: readonly string[];
  readonly network: Network;
}

/** A command that was started. Whoever started it reads both streams to their end. */
export interface Started {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** When it is over, with all it started: its exit code, 128 and more when a signal ended it, null when it was killed whole. */
  readonly ended: Promise<number | null>;
  /** Asks it to end and, when it has not after `graceMs` milliseconds, ends it. Resolves as `ended` does. */
  end(graceMs: number): Promise<number | null>;
}
