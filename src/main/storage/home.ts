import { chmodSync, existsSync, lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";

/** What this user may trust of a folder: it is theirs, and nobody else writes there. */
const othersWrite = 0o022;
const othersAnything = 0o077;

/**
 * Makes the engine's home if it is not there, readable by its user only, and answers its real path. Refuses a path with
 * spaces (agents and their tools put it into shell words) and a folder that others can write to. Start-up only.
 */
export function openHome(folder: string, uid: number): Result<string> {
  try {
    makeFolder(path.resolve(folder));
    const home = realpathSync(path.resolve(folder));
    if (/\s/.test(home)) {
      return fail(
        "BAD_REQUEST",
        `The home ${home} has a space in its path.`,
        "Name a path without spaces with --home or COXSWAIN_HOME.",
      );
    }
    const { uid: owner, mode } = statSync(home);
    if (owner !== uid) {
      return fail(
        "FORBIDDEN",
        `The home ${home} belongs to another user.`,
        "Name a folder of your own with --home or COXSWAIN_HOME.",
      );
    }
    if ((mode & othersWrite) !== 0) {
      return fail(
        "FORBIDDEN",
        `Others can write to the home ${home}.`,
        `See that nothing in it is foreign, then run: chmod 700 ${home}`,
      );
    }
    if ((mode & othersAnything) !== 0) chmodSync(home, 0o700);
    return ok(home);
  } catch (error) {
    return fail(
      "UNAVAILABLE",
      `The home ${folder} can not be made or read.`,
      "Name a folder you may write to with --home or COXSWAIN_HOME.",
      error,
    );
  }
}

/**
 * Makes a folder and those above it, for this user only. One at a time: told to make them all at once, Node tries forever
 * where the system answers that a folder is not there although the one above it is, as Linux does in `/proc`.
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Makes a folder only this user can enter, or checks that one already is: no link, theirs, closed to others. */
export function openPrivateFolder(folder: string, uid: number): Result<string> {
  try {
    makeFolder(folder);
    const found = lstatSync(folder);
    if (found.isDirectory() && found.uid === uid && (found.mode & othersAnything) === 0) return ok(folder);
    return fail(
      "FORBIDDEN",
      `${folder} is not a private folder of yours.`,
      "Remove it if it is yours; else set XDG_RUNTIME_DIR to a private folder.",
    );
  } catch (error) {
    return fail("UNAVAILABLE", `${folder} can not be made.`, "Set XDG_RUNTIME_DIR to a private folder.", error);
  }
}
