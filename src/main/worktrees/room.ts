import { statfs } from "node:fs/promises";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { sizeOnDisk } from "../../contract/size.ts";

export interface Space {
  /** Bytes that we may still write, of those there are. */
  readonly free: number;
  readonly total: number;
}

export interface RoomLimits {
  readonly low: number;
  readonly floor: number;
}

/**
 * Below `low` the human is told, while there is still time: a checkout with its dependencies takes about a gigabyte, so a few
 * more can begin. Below `floor` nothing new begins: what is left is for those at work to commit, and for the database. On a
 * small disk both are a part of it, since what is kept there is small too.
 */
export function limitsFor(total: number): RoomLimits {
  return {
    low: Math.min(5_000_000_000, Math.floor(total / 10)),
    floor: Math.min(1_000_000_000, Math.floor(total / 50)),
  };
}

/** What there is on the file system of a folder. */
export async function spaceOn(folder: string): Promise<Space> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, total: blocks * bsize };
}

/** How often the disk is asked, in milliseconds; it answers from memory. */
const lookEvery = 15_000;

/** What room there is on the disk of the home. */
export interface Room {
  /** A `DISK_FULL` failure when there is none for something new. */
  readonly room: () => Promise<Result<void>>;
  /** What is said while there is little; the same words until that changes. */
  readonly low: () => string | undefined;
  /** To be called often. Answers whether what {@link low} says changed since the last call; does not wait for the disk. */
  readonly look: (now: number) => boolean;
}

/** A disk that cannot be asked is not held against anybody. */
export function createRoom(space: () => Promise<Space>): Room {
  let said: string | undefined;
  let told: string | undefined;
  let lookedAt = -Infinity;

  async function measure(): Promise<Space & RoomLimits> {
    const { free, total } = await space().catch(() => ({ free: Infinity, total: 0 }));
    const limits = limitsFor(total);
    said = free < limits.low ? sentence(free, limits) : undefined;
    return { free, total, ...limits };
  }

  return {
    async room() {
      const { free, floor } = await measure();
      if (free >= floor) return ok(undefined);
      return fail(
        "DISK_FULL",
        `Less than ${sizeOnDisk(floor)} is free on the disk of Coxswain's home.`,
        "`cox disk` shows what takes room; `cox pause` or `cox reclaim` frees some. Then try again.",
      );
    },
    low: () => said,
    look(now) {
      if (now - lookedAt >= lookEvery) {
        lookedAt = now;
        void measure();
      }
      const changed = said !== told;
      told = said;
      return changed;
    },
  };
}

function sentence(free: number, { low, floor }: RoomLimits): string {
  const next = "`cox disk` shows what can go.";
  return free < floor
    ? `Less than ${sizeOnDisk(floor)} is free on the disk of the home: nothing new is started. ${next}`
    : `Less than ${sizeOnDisk(low)} is free on the disk of the home. ${next}`;
}
