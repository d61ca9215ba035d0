import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const call = promisify(execFile);
export const root = fileURLToPath(new URL("../", import.meta.url));

/** By which Electron finds its fuses, a version and a length; each fuse stands the other way from how it is to stand. */
const fuseWire = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u000800110011";

/**
 * A program in Electron's place: without a window, but as a Node one that reads the archive beside it as Electron does, and
 * with fuses. What the archive holds is expected unpacked beside the folder it lies in.
 */
const program = `#!/bin/sh
here=$(CDPATH= cd -P "$(dirname "$0")" && pwd)
[ "\${ELECTRON_RUN_AS_NODE:-}" = 1 ] || { echo "a stand-in for Electron has no windows" >&2; exit 70; }
export COXSWAIN_TEST_PROGRAM="$here/coxswain"
export COXSWAIN_TEST_ARCHIVE="$here/resources/app.asar"
export COXSWAIN_TEST_UNPACKED="$here/../unpacked"
exec '${process.execPath}' --import '${new URL("archive-reader.ts", import.meta.url).href}' "$@"
# ${fuseWire}
`;

/** Makes what an unpacked Electron for Linux looks like to electron-builder, without its 250 MB. */
export async function makeStubRuntime(folder: string): Promise<void> {
  await mkdir(path.join(folder, "locales"), { recursive: true });
  await mkdir(path.join(folder, "resources"));
  await writeFile(path.join(folder, "electron"), program);
  await chmod(path.join(folder, "electron"), 0o755);
  for (const file of ["LICENSE", "LICENSES.chromium.html", "locales/de.pak", "locales/en-US.pak"]) {
    await writeFile(path.join(folder, file), `${file} of the runtime\n`);
  }
}

/** `npm run package -- --dir`, with a runtime that lies here; what it printed. */
export async function packageProject(runtime: string, out: string): Promise<string> {
  const bootstrap = path.join(root, "scripts/bootstrap.mjs");
  const { stdout } = await call(process.execPath, [bootstrap, "package", "--dir", "--out", out], {
    cwd: root,
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: runtime },
    timeout: 110_000,
  });
  return stdout;
}

/** electron-builder on a project of the test's own; it fails with what electron-builder said. */
export async function buildWith(project: string, args: readonly string[]): Promise<void> {
  const builder = path.join(root, "node_modules/electron-builder/cli.js");
  const all = [builder, "--linux", "--dir", "--publish=never", "--project", project, ...args];
  // It says on stdout why it failed.
  await call(process.execPath, all, { cwd: project, timeout: 90_000 }).catch((error: unknown) => {
    const said = error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    throw new Error(said.slice(0, 2_000));
  });
}
