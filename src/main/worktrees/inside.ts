import { lstat, realpath } from "node:fs/promises";
import path from "node:path";

/** A path below a root, of bytes: names need not be UTF-8, and latin1 carries each byte through path functions unharmed. */
export function below(root: string, latin1Name: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}${path.sep}`), Buffer.from(latin1Name, "latin1")]);
}

/** Whether the deepest folder that exists on the way to a name is within the root, symbolic links followed. */
export async function nearestFolderIsIn(root: string, folder: string): Promise<boolean> {
  for (let name = folder; name !== "."; name = path.posix.dirname(name)) {
    const real = await realpath(below(root, name), "buffer").catch(() => undefined);
    if (real !== undefined) {
      const inside = Buffer.from(`${await realpath(root)}${path.sep}`);
      return real.subarray(0, inside.length).equals(inside);
    }
    // A link that leads nowhere yet would be made real by the copy.
    if (await isThere(below(root, name))) return false;
  }
  return true;
}

/** Whether there is anything of this name, a link that leads nowhere included. */
export function isThere(file: string | Buffer): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
