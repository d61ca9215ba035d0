import { randomUUID } from "node:crypto";
import { access, constants, mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";

/** What root may write of `/proc` without any capability; `sys` with `core_pattern` names a program that the kernel runs. */
const kernelFiles = ["sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "mtrr", "driver", "scsi", "asound"];

/**
 * Puts a `bwrap` into `folder` that also lays the kernel's own files read-only, and then starts the first one of `searched`. No
 * profile can: Codex mounts `/proc` after everything it names, and bubblewrap leaves what root may write (seen with 0.169.0).
 * It is for an engine that runs as root; the kernel itself keeps others from these files.
 *
 * @returns `folder`, to be searched before the others; undefined where there is no bwrap to start
 */
export async function guardKernel(folder: string, searched: readonly string[]): Promise<string | undefined> {
  const real = await firstIn(searched, "bwrap");
  if (real === undefined) return undefined;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Many threads may open at once.
  const fresh = path.join(folder, `bwrap.${randomUUID()}`);
  await writeFile(fresh, script(real), { mode: 0o700 });
  await rename(fresh, path.join(folder, "bwrap"));
  return folder;
}

/** The options end at the first `--`; what is mounted there lies over all that was mounted before. */
function script(real: string): string {
  const laid = kernelFiles.map((name) => `--ro-bind-try /proc/${name} /proc/${name}`).join(" ");
  return `#!/bin/sh
over=
for word do
  shift
  if [ "$word" = -- ] && [ -z "$over" ]; then
    over=1
    set -- "$@" ${laid}
  fi
  set -- "$@" "$word"
done
exec '${real.replaceAll("'", `'\\''`)}' "$@"
`;
}

async function firstIn(searched: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of searched.filter((each) => path.isAbsolute(each))) {
    const file = path.join(folder, name);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}
