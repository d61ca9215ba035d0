import { chmodSync, lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
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
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const home = realpathSync(path.resolve(folder));
    if (/\s/.test(home)) {
      return fail(
        "BAD_REQUEST",
        `The home ${home} has a space in its path.`,
        "Set COXSWAIN_HOME to a path without spaces.",
      );
    }
    const { uid: owner, mode } = statSync(home);
    if (owner !== uid) {
      return fail(
        "FORBIDDEN",
        `The home ${home} belongs to another user.`,
        "Set COXSWAIN_HOME to a folder of your own.",
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
      "Set COXSWAIN_HOME to a folder you may write to.",
      error,
    );
  }
}

/** Makes a folder only this user can enter, or checks that one already is: no link, theirs, closed to others. */
export function openPrivateFolder(folder: string, uid: number): Result<string> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
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
