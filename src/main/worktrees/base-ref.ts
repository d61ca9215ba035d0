import { lstat, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { branchFolder, holderName } from "./names.ts";

/** What the files say in which git looks a name up: gitrevisions(7), gitrepository-layout(5). */
export interface BaseRef {
  /** The same print is the same commit, if `direct`. */
  readonly print: string;
  /** Whether the name stands for a ref of its own, and not for another that may move while these files stay as they are. */
  readonly direct: boolean;
}

const mostPackedBytes = 4 * 1024 * 1024;

/**
 * Reads without a process what a name could stand for. Loose refs are read, since two writes of one clock tick look alike from
 * outside; the file of packed ones, which lose against loose ones and are written rarely, is only looked at.
 */
export async function readBase(commonDir: string, base: string): Promise<BaseRef> {
  const names = [base, `refs/${base}`, `refs/tags/${base}`, `refs/heads/${base}`, `refs/remotes/${base}`];
  const [packed, ...loose] = await Promise.all([
    stat(path.join(commonDir, "packed-refs"), { bigint: true }).then(
      ({ ino, size, mtimeNs }) => `${ino}.${size}.${mtimeNs}`,
      () => "",
    ),
    ...[...names, `refs/remotes/${base}/HEAD`].map((name) => readRef(path.join(commonDir, name))),
  ]);
  const plainName = /^[\w./-]+$/.test(base) && !base.includes("..");
  return {
    print: [packed, ...loose].join(" "),
    direct: plainName && loose.every((text) => text === "" || /^[0-9a-f]{40,64}$/.test(text)),
  };
}

async function readRef(file: string): Promise<string> {
  const facts = await lstat(file).catch(() => undefined);
  if (facts === undefined || facts.isDirectory()) return "";
  if (!facts.isFile() || facts.size > 1_000) return "?";
  return (await readFile(file, "utf8").catch(() => "?")).trim();
}

/** Whether a workstream may have branches: certain only when the answer is no. */
export async function mayHaveBranches(commonDir: string, workstreamId: string): Promise<boolean> {
  const folder = `refs/heads/${branchFolder(workstreamId)}`;
  const [loose, packed] = await Promise.all([
    readdir(path.join(commonDir, folder)).catch(absent([])),
    readPacked(path.join(commonDir, "packed-refs")).catch(absent("")),
  ]);
  return (
    loose === undefined ||
    packed === undefined ||
    loose.some((name) => name !== holderName) ||
    packed.includes(`${folder}/`)
  );
}

async function readPacked(file: string): Promise<string | undefined> {
  return (await stat(file)).size > mostPackedBytes ? undefined : readFile(file, "latin1");
}

/** What is not there holds nothing; anything else is not known. */
function absent<T>(nothing: T): (error: unknown) => T | undefined {
  return (error) => (error instanceof Error && "code" in error && error.code === "ENOENT" ? nothing : undefined);
}
