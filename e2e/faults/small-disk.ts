import { execFile, spawn } from "node:child_process";
import { open, readdir, rm, statfs, truncate } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A small file system of its own, in a mount namespace of its own; what is started in it sees it at `folder`. */
export interface SmallDisk {
  readonly folder: string;
  /** A command that becomes the one after it, inside. */
  readonly enter: readonly string[];
  /** Fills it up to the last byte, then gives so many bytes back. */
  fill(leave: number): Promise<void>;
  free(): Promise<void>;
  /** Lets nothing be written any more. Nothing may be open on it for writing. */
  forbidWriting(): Promise<void>;
  /** From now on what needs another block ends in an I/O error. */
  fail(): Promise<void>;
  /** Makes a disk that failed well again, as after its machine was started anew. Nothing may be open on it. */
  reboot(): Promise<void>;
  /** Moves what lies at the same place outside onto the disk. */
  moveIn(): Promise<void>;
  /** Copies everything to the same place outside, where it can be looked at when the disk is gone. */
  copyOut(): Promise<void>;
  close(): Promise<void>;
}

/** Why none can be made here, or undefined. */
export async function missingForDisks(): Promise<string | undefined> {
  if (process.platform !== "linux") return "mount namespaces are Linux's";
  const made = await run("unshare", [
    "-m",
    "sh",
    "-c",
    "mount -t tmpfs tmpfs /mnt && losetup -f && command -v nsenter mkfs.ext4",
  ]).then(
    () => undefined,
    (thrown: unknown) => String(thrown).split("\n").at(-2) ?? "refused",
  );
  return made === undefined ? undefined : `no private mounts here: ${made}`;
}

/** Larger than what the engine wants to see free before it begins anything. */
const megabytes = 1_600;

/**
 * An ext4 file system in a sparse file, which lies on a tmpfs of its own at `/mnt`. What that may hold is what the disk can
 * really take: with nothing left there, writes that the file system has accepted end in I/O errors, as on a dying disk.
 */
const script = `
set -e
mount -t tmpfs -o size=256m tmpfs /mnt
truncate -s ${megabytes}M /mnt/image
mkfs.ext4 -q -m 0 -E nodiscard,lazy_journal_init=1 /mnt/image
mount -o loop /mnt/image "$1"
echo ready
exec sleep 3600`;

/** `folder` exists and is empty. */
export async function makeSmallDisk(folder: string): Promise<SmallDisk> {
  const holder = spawn("unshare", ["-m", "sh", "-c", script, "sh", folder], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const gone = new Promise<void>((resolve) => holder.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once("data", () => resolve());
    void gone.then(() => reject(new Error("the small disk could not be made")));
  });
  const inside = `/proc/${holder.pid}/root${folder}`;
  const filler = `${inside}/filler`;
  const enter = ["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`, "--"] as const;
  const [nsenter, ...into] = enter;
  const within = (...command: string[]) => run(nsenter, [...into, ...command]);
  return {
    folder,
    enter,
    async fill(leave) {
      const { bavail, bsize } = await statfs(inside);
      // At once, without writing; the rest by writing until nothing fits any more.
      await run("fallocate", ["-l", String(Math.max(1, bavail - 64) * bsize), filler]).catch(() => undefined);
      const file = await open(filler, "a");
      let size = (await file.stat()).size;
      for (let piece = 1 << 20; piece >= 512;) {
        try {
          size += (await file.write(Buffer.alloc(piece, 1))).bytesWritten;
        } catch {
          piece /= 2;
        }
      }
      await file.close();
      if (leave > 0) await truncate(filler, Math.max(0, size - leave));
    },
    free: () => rm(filler, { force: true }),
    async forbidWriting() {
      await within("mount", "-o", "remount,ro", folder);
    },
    async fail() {
      // Ends with an error when nothing more fits.
      await within("dd", "if=/dev/zero", "of=/mnt/ballast", "bs=4k").catch(() => undefined);
    },
    async reboot() {
      await within("rm", "/mnt/ballast");
      await within("umount", folder);
      // It ends with 1 where it mended something.
      await within("e2fsck", "-fy", "/mnt/image").catch(() => undefined);
      await within("mount", "-o", "loop", "/mnt/image", folder);
    },
    async moveIn() {
      await run("cp", ["-a", `${folder}/.`, inside]);
      for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true });
    },
    async copyOut() {
      await run("cp", ["-a", `${inside}/.`, folder]);
    },
    async close() {
      holder.kill("SIGKILL");
      await gone;
    },
  };
}
