import { copyFile, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { Checkout } from "./run.ts";
import { isObjectId, type GitTools } from "./tools.ts";

/** Above this many, somebody is unpacking a repository; they are packed when it is done. */
const mostObjects = 200_000;

/** {@link sealLoose}, once at a time for a repository: fifteen authors that begin together need it once. */
export function createSealLoose(git: GitTools): (at: Checkout) => Promise<Result<void>> {
  const underWay = new Map<string, Promise<Result<void>>>();
  return (at) => {
    const sealing = underWay.get(at.gitDir) ?? sealLoose(git, at).finally(() => underWay.delete(at.gitDir));
    underWay.set(at.gitDir, sealing);
    return sealing;
  };
}

/**
 * Packs what lies loose in a repository, and deletes nothing. An author may write loose objects: delete those of others, or put
 * something else in their place, which git believes. It may not write packs, and git looks into packs first, so what was
 * sealed before an author began stays as it was. The pack's index is made from what the pack holds and not from the names it
 * was found under: an object that was replaced already is not sealed under the name of the one it replaced.
 */
async function sealLoose(git: GitTools, at: Checkout): Promise<Result<void>> {
  const packs = path.join(at.gitDir, "objects", "pack");
  let folder: string | undefined;
  try {
    const ids = await looseObjects(path.join(at.gitDir, "objects"));
    if (ids.length === 0 || ids.length > mostObjects) return ok(undefined);
    folder = await mkdtemp(path.join(git.folder, "seal-"));
    const args = ["pack-objects", "--quiet", "--non-empty", "--incremental", "--window=0", "--threads=1"];
    const packed = await git.run({ at, args: [...args, path.join(folder, "pack")], stdin: `${ids.join("\n")}\n` });
    if (!packed.ok) return packed;
    const name = packed.value.stdout.toString().trim();
    if (!isObjectId(name)) return ok(undefined);
    const [pack, index] = [path.join(folder, `pack-${name}.pack`), path.join(folder, `pack-${name}.idx`)];
    await rm(index, { force: true });
    const indexed = await git.run({ at, args: ["index-pack", "-o", index, pack] });
    if (!indexed.ok) return indexed;
    // A pack counts from the moment its index is there.
    await place(pack, path.join(packs, `pack-${name}.pack`));
    await place(index, path.join(packs, `pack-${name}.idx`));
    return ok(undefined);
  } catch (error) {
    return fail("UNAVAILABLE", `The loose objects of ${at.path} could not be packed.`, "Check the disk.", error);
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** Under its name only when it is whole. */
async function place(from: string, to: string): Promise<void> {
  const unfinished = `${to}.tmp-${process.pid}`;
  await copyFile(from, unfinished);
  await rename(unfinished, to);
}

async function looseObjects(objects: string): Promise<string[]> {
  const folders = (await readdir(objects)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  const names = await Promise.all(
    folders.map(async (folder) => (await readdir(path.join(objects, folder))).map((rest) => folder + rest)),
  );
  return names.flat().filter(isObjectId);
}
