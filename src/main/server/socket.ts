import { chmod, lstat, mkdir, unlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import { foreignOrigin, type Gate, type Listener } from "./http.ts";

/** The private door: no name to check, but no browser either. */
export const socketGate: Gate = {
  surface: () => "cli",
  refusal: ({ headers: { origin } }) => (origin === undefined ? undefined : { problem: foreignOrigin, status: 403 }),
};

/** Listens on a socket that only its user may open. The home's lock must be held: a socket left behind is removed. */
export async function listenOnSocket(listener: Listener, file: string): Promise<Result<void>> {
  try {
    await makeRoom(file);
    await new Promise<void>((resolve, reject) => {
      listener.server.once("error", reject);
      listener.server.listen(file, () => {
        listener.server.off("error", reject);
        resolve();
      });
    });
    await chmod(file, 0o600);
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
