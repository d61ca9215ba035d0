import { createHash } from "node:crypto";
import path from "node:path";
import { ok, type Result } from "../../contract/errors.ts";
import { openPrivateFolder } from "./home.ts";

/** `sun_path` of a unix socket has 104 bytes on macOS (108 on Linux), its closing zero included. */
const longestPath = 103;

/**
 * Where the engine of a home listens: one path per home, in a private folder below the runtime folder, or below /tmp
 * where there is none or its path is too long. Makes that folder. `home` is a real path; start-up only.
 */
export function socketPath(
  home: string,
  machine: { readonly uid: number; readonly runtimeFolder: string | undefined },
): Result<string> {
  const name = `${createHash("sha256").update(home).digest("hex").slice(0, 16)}.sock`;
  const wanted = machine.runtimeFolder === undefined ? undefined : path.join(machine.runtimeFolder, "coxswain");
  const fits =
    wanted !== undefined && path.isAbsolute(wanted) && Buffer.byteLength(path.join(wanted, name)) <= longestPath;
  const folder = openPrivateFolder(fits ? wanted : `/tmp/cox-${machine.uid}`, machine.uid);
  return folder.ok ? ok(path.join(folder.value, name)) : folder;
}
