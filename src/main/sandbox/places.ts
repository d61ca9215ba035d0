import { constants } from "node:fs";
import { open, readlink, realpath, stat, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Confines } from "./confines.ts";
import { layOut, type Place } from "./layout.ts";

/** A place whose kind is known. What is shown is held open, so that nobody can put something else there meanwhile. */
export type FoundPlace =
  | { readonly path: string; readonly as: "empty folder" | "empty file" | "fresh folder" }
  | { readonly path: string; readonly as: "read" | "write"; readonly fd: number };

export interface FoundPlaces {
  readonly places: readonly FoundPlace[];
  close(): Promise<void>;
}

/** Hold sockets of what runs here: buses, displays, agents, and containers that would run anything as root. */
const runtimeFolders = ["/run", "/var/run", "/var/snap/lxd", "/var/lib/lxd", "/var/lib/incus", "/mnt/wslg"];
/** Empty and the command's own: X11, ssh and others keep sockets here. */
const freshFolders = ["/tmp"];

/** Looks at every place, and opens those that are shown. One that is a symbolic link, or leads through one, is refused. */
export async function findPlaces(confines: Confines, hidden: readonly string[]): Promise<Result<FoundPlaces>> {
  const [resolver, gitFile, ...runtime] = await Promise.all([
    realpath("/etc/resolv.conf").catch(() => undefined),
    stat(path.join(confines.worktree, ".git")).then(
      () => path.join(confines.worktree, ".git"),
      () => undefined,
    ),
    ...runtimeFolders.map((folder) => realpath(folder).catch(() => undefined)),
  ]);
  const places = layOut(
    {
      ...confines,
      readable: [...confines.readable, ...present([resolver])],
      readOnly: [...confines.readOnly, ...present([gitFile])],
    },
    { hidden: [...hidden, ...present(runtime)], fresh: freshFolders },
  );
  const handles: FileHandle[] = [];
  const close = async () => {
    await Promise.all(handles.splice(0).map((handle) => handle.close()));
  };
  const found: FoundPlace[] = [];
  for (const place of places) {
    const one = await find(place, handles);
    if (!one.ok) {
      await close();
      return one;
    }
    found.push(...present([one.value]));
  }
  return ok({ places: found, close });
}

async function find(place: Place, handles: FileHandle[]): Promise<Result<FoundPlace | undefined>> {
  const { path: where, access } = place;
  if (access === "fresh") return ok({ path: where, as: "fresh folder" });
  if (access === "hidden") {
    const is = await stat(where).catch(() => undefined);
    return ok(is === undefined ? undefined : { path: where, as: is.isDirectory() ? "empty folder" : "empty file" });
  }
  try {
    // Not waiting for the other end, should it be a pipe.
    const handle = await open(where, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    handles.push(handle);
    const real = await readlink(`/proc/self/fd/${handle.fd}`);
    return real === where
      ? ok({ path: where, as: access, fd: handle.fd })
      : refused(where, new Error(`It is ${real}.`));
  } catch (error) {
    return refused(where, error);
  }
}

function refused(where: string, cause: unknown): Result<never> {
  return fail(
    "CONFLICT",
    `${where} is gone or leads through a symbolic link, so no confined command is given it.`,
    "Put back what was there, then retry the workstream.",
    cause,
  );
}

function present<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}
