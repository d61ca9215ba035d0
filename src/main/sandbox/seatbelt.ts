import path from "node:path";
import type { Confines } from "./confines.ts";
import { layOut } from "./layout.ts";

/** Where macOS keeps what its own programs cannot do without. */
const devices = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/dtracehelper"];

/**
 * A profile for `sandbox-exec`: the same places as under bubblewrap, the last rule that fits a path deciding. It names real
 * paths only, as the kernel sees them. Processes of others cannot be asked or signalled.
 */
export function seatbeltProfile(confines: Confines, hidden: readonly string[]): string {
  const gitFile = path.join(confines.worktree, ".git");
  const places = layOut({ ...confines, readOnly: [...confines.readOnly, gitFile] }, { hidden, fresh: [] });
  return [
    "(version 1)",
    "(deny default)",
    "(allow process-exec process-fork)",
    "(allow signal process-info* (target same-sandbox))",
    "(allow sysctl-read)",
    "(allow mach-lookup (global-name",
    ...["com.apple.system.opendirectoryd.libinfo", "com.apple.system.logger", "com.apple.trustd.agent"].map(
      (name) => `(allow mach-lookup (global-name ${quoted(name)}))`,
    ),
    "(allow ipc-posix-shm* ipc-posix-sem*)",
    "(allow file-read*)",
    "(deny file-write*)",
    `(allow file-write* ${devices.map((device) => `(literal ${quoted(device)})`).join(" ")})`,
    "(allow file-ioctl)",
    ...places.flatMap(({ path: where, access }) => {
      const at = `(subpath ${quoted(where)})`;
      if (access === "hidden")
        return [`(deny file-read* file-write* ${at})`, `(allow file-read-metadata (literal ${quoted(where)}))`];
      if (access === "read") return [`(allow file-read* ${at})`, `(deny file-write* ${at})`];
      return [`(allow file-read* file-write* ${at})`];
    }),
    ...network(confines.network),
  ].join("\n");
}

/** macOS has no network of one's own, so `none` leaves the machine's loopback. Unix sockets are denied either way. */
function network(given: Confines["network"]): string[] {
  if (given === "full") {
    return [
      "(allow network*)",
      "(deny network* (remote unix-socket))",
      '(allow network-outbound (literal "/private/var/run/mDNSResponder"))',
    ];
  }
  return [
    "(deny network*)",
    '(allow network-bind network-inbound (local ip "localhost:*"))',
    '(allow network-outbound (remote ip "localhost:*"))',
  ];
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
