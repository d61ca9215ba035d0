import { createHash } from "node:crypto";
import path from "node:path";
import { ok, type Result } from "../../contract/errors.ts";
import { openPrivateFolder } from "./home.ts";

/** `sun_path` of a unix socket has 104 bytes on macOS (108 on Linux), its closing zero included. */
const longestPath = 103;

/**
 * Where the engine of a home listens for this user's programs: in the home, which agents cannot read. Where that path is
 * too long, in a private folder below the runtime folder, or below /tmp where there is none or its path is too long as
 * well; that folder is made. `home` is a real path; start-up only.
 */
export function socketPath(
  home: string,
  machine: { readonly uid: number; readonly runtimeFolder: string | undefined },
): Result<string> {
  const inHome = path.join(home, "engine.sock");
  if (fits(inHome)) return ok(inHome);
  const name = `${createHash("sha256").update(home).digest("hex").slice(0, 16)}.sock`;
  const wanted = machine.runtimeFolder === undefined ? "" : path.join(machine.runtimeFolder, "coxswain");
  const inRuntime = path.isAbsolute(wanted) && fits(path.join(wanted, name));
  const folder = openPrivateFolder(inRuntime ? wanted : `/tmp/cox-${machine.uid}`, machine.uid);
  return folder.ok ? ok(path.join(folder.value, name)) : folder;
}

function fits(file: string): boolean {
  return Buffer.byteLength(file) <= longestPath;
}
