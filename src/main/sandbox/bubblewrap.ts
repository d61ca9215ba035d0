import type { Command, Network } from "./confines.ts";
import type { FoundPlace } from "./places.ts";

/** How much a command may keep in a folder that is only its own, in bytes of memory. */
const freshBytes = 1024 ** 3;
const emptyBytes = 4_096;

/** Where bwrap finds what it is handed, as numbers of file descriptors. */
export interface Handed {
  /** The filter of system calls. */
  readonly seccomp: number;
  /** It tells the process that leads the sandbox here. */
  readonly info: number;
  /** The first of the places that are shown; the others follow in their order. */
  readonly firstPlace: number;
}

/**
 * The arguments of bwrap (0.8 with `--bind-fd`). Nothing in the sandbox has a capability, a terminal, or a process of
 * others in view; when the command ends, or who started it, everything in it does.
 */
export function bubblewrapArgs(
  command: Pick<Command, "file" | "args" | "folder">,
  network: Network,
  places: readonly FoundPlace[],
  { seccomp, info, firstPlace }: Handed,
): string[] {
  const folders = places.filter((place) => place.as === "empty folder").map((place) => place.path);
  return [
    ...[
      "--unshare-user",
      "--disable-userns",
      "--unshare-pid",
      "--unshare-ipc",
      "--unshare-uts",
      "--unshare-cgroup-try",
    ],
    ...(network === "full" ? [] : ["--unshare-net"]),
    ...["--die-with-parent", "--new-session", "--cap-drop", "ALL"],
    ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
    ...lay(places, firstPlace),
    // Last: what is shown inside a hidden folder has to be laid into it.
    ...folders.flatMap((folder) => ["--remount-ro", folder]),
    ...["--chdir", command.folder, "--info-fd", String(info), "--seccomp", String(seccomp)],
    ...["--", command.file, ...command.args],
  ];
}

function lay(places: readonly FoundPlace[], firstPlace: number): string[] {
  let fd = firstPlace;
  return places.flatMap((place) => {
    switch (place.as) {
      case "empty folder":
        return ["--perms", "0500", "--size", String(emptyBytes), "--tmpfs", place.path];
      case "fresh folder":
        return ["--perms", "0700", "--size", String(freshBytes), "--tmpfs", place.path];
      case "empty file":
        return ["--dev-bind", "/dev/null", place.path];
      case "read":
        return ["--ro-bind-fd", String(fd++), place.path];
      case "write":
        return ["--bind-fd", String(fd++), place.path];
    }
  });
}
