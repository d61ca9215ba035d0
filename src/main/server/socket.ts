import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, unlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { foreignOrigin, type Gate, type Listener } from "./http.ts";

/** A unix socket's path may have 104 bytes on some systems, its ending zero included. */
const longestPath = 103;

/**
 * Where a home's engine listens for this user's programs: in the home, which agents cannot read, or, where that path is too
 * long, in the user's runtime folder. A named pipe on Windows.
 */
export function socketPathOf(home: string, runtimeDir: string | undefined): string {
  const name = createHash("sha256").update(home).digest("hex").slice(0, 16);
  if (process.platform === "win32") return `\\\\.\\pipe\\coxswain-${name}`;
  const inHome = path.join(home, "engine.sock");
  if (Buffer.byteLength(inHome) <= longestPath) return inHome;
  return path.join(runtimeDir ?? path.join("/tmp", `coxswain-${os.userInfo().uid}`), `coxswain-${name}.sock`);
}

/** The private door: no name to check, but no browser either. */
export const socketGate: Gate = {
  surface: () => "cli",
  refusal: ({ headers: { origin } }) => (origin === undefined ? undefined : { problem: foreignOrigin, status: 403 }),
};

/** Listens on a socket that only its user may open. The home's lock must be held: a socket left behind is removed. */
export async function listenOnSocket(listener: Listener, file: string): Promise<Result<void>> {
  const named = process.platform === "win32";
  try {
    if (!named) await makeRoom(file);
    await new Promise<void>((resolve, reject) => {
      listener.server.once("error", reject);
      listener.server.listen(file, () => {
        listener.server.off("error", reject);
        resolve();
      });
    });
    if (!named) await chmod(file, 0o600);
    return ok(undefined);
  } catch (cause) {
    return fail("UNAVAILABLE", `The socket ${file} cannot be listened on.`, "Name another home with --home.", cause);
  }
}

async function makeRoom(file: string): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const facts = await lstat(folder);
  if (!facts.isDirectory() || facts.uid !== os.userInfo().uid) throw new Error(`${folder} belongs to somebody else.`);
  await chmod(folder, 0o700);
  await unlink(file).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "ENOENT") throw thrown;
  });
}
