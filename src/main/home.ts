import { ok, type Result } from "../contract/errors.ts";
import { takeEngineLock } from "./storage/engine-lock.ts";
import { openHome } from "./storage/home.ts";
import { socketPath } from "./storage/socket-path.ts";

export interface Machine {
  readonly uid: number;
  readonly pid: number;
  /** `XDG_RUNTIME_DIR`. */
  readonly runtimeFolder: string | undefined;
}

/** A home with its lock, held or not. */
export interface OpenHome {
  /** Its real path. */
  readonly folder: string;
  /** Makes this process the home's only engine: `CONFLICT` while another one lives. */
  readonly hold: (now: number) => Result<HeldHome>;
}

export interface HeldHome {
  /** Where the engine listens for this user's programs. */
  readonly socket: string;
  readonly release: () => void;
}

/** Opens the engine's home, which is made if it is not there. Start-up only: everything here is synchronous. */
export function openEngineHome(wanted: string, machine: Machine): Result<OpenHome> {
  const opened = openHome(wanted, machine.uid);
  if (!opened.ok) return opened;
  const folder = opened.value;
  return ok({
    folder,
    hold(now) {
      const lock = takeEngineLock(folder, machine.pid, now);
      if (!lock.ok) return lock;
      const socket = socketPath(folder, machine);
      if (socket.ok) return ok({ socket: socket.value, release: () => lock.value.release() });
      lock.value.release();
      return socket;
    },
  });
}
