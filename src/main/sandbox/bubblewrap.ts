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
 * The arguments of bwrap (0.8 with `--bind-fd`). When the command ends, or who started it, everything in the sandbox does.
 */
export function bubblewrapArgs(
  command: Pick<Command, "file" | "args" | "folder">,
  network: Network,
  places: readonly FoundPlace[],
  { seccomp, info, firstPlace }: Handed,
): string[] {
  const hiddenFolders = places.filter((place) => place.as === "empty folder").map((place) => place.path);
  return [
    ...apart,
    ...(network === "full" ? [] : ["--unshare-net"]),
    ...system,
    ...lay(places, firstPlace),
    // Last: what is shown inside a hidden folder has to be laid into it.
    ...hiddenFolders.flatMap((folder) => ["--remount-ro", folder]),
    "--chdir",
    command.folder,
    "--info-fd",
    String(info),
    "--seccomp",
    String(seccomp),
    "--",
    command.file,
    ...command.args,
  ];
}

/**
 * The arguments of bwrap before a program that may do what the user may, but sees of `hidden` places only those `shown`, which need
 * not exist. For a program of ours that follows names others write.
 */
export function veilArgs(hidden: readonly HiddenPlace[], shown: readonly string[]): string[] {
  return [
    "--dev-bind",
    "/",
    "/",
    ...hidden.flatMap(({ path, isFolder }) =>
      isFolder ? ["--perms", "0700", "--tmpfs", path] : ["--ro-bind", "/dev/null", path],
    ),
    ...shown.flatMap((path) => ["--bind-try", path, path]),
    "--",
  ];
}

export interface HiddenPlace {
  readonly path: string;
  readonly isFolder: boolean;
}

/**
 * Namespaces of its own, no capability, and an end when the one who started it ends. Not `--new-session`: its first process
 * is to stay in the group of bwrap, which is without a terminal already.
 */
const apart = [
  ...["user", "pid", "ipc", "uts", "cgroup-try"].map((name) => `--unshare-${name}`),
  "--disable-userns",
  "--die-with-parent",
  "--cap-drop",
  "ALL",
];

/** Of the kernel's own files, those that root may write without a capability: with `core_pattern` it names a program to run. */
const kernelFiles = ["sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "mtrr", "driver", "scsi", "asound"];

/** All can be read; there are only the harmless devices, and only its own processes. */
const system = [
  "--ro-bind",
  "/",
  "/",
  "--dev",
  "/dev",
  "--proc",
  "/proc",
  ...kernelFiles.flatMap((name) => ["--ro-bind-try", `/proc/${name}`, `/proc/${name}`]),
];

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
