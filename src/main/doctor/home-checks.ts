import { constants } from "node:fs";
import { access, realpath, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { capabilityFile } from "../../contract/address.ts";
import type { Check } from "../../contract/check.ts";
import { shellWord } from "../../contract/shell-word.ts";

/** What can be seen of a home from outside. */
export interface HomeFacts {
  /** Its real path. */
  readonly folder: string;
  readonly isFolder: boolean;
  /** Whether it belongs to this user; true where there are no owners. */
  readonly ours: boolean;
  /** Its permission bits, without those of its kind. */
  readonly mode: number;
  readonly writable: boolean;
  /** Linux's number for its kind of file system; absent elsewhere. */
  readonly fileSystem?: number;
  /** Its files that only its user may read, and that others can. */
  readonly open: readonly string[];
}

const others = 0o077;
const othersWrite = 0o022;
const secretFiles = [capabilityFile, "coxswain.db", "engine.json"];

export async function checkHome(folder: string): Promise<Check[]> {
  return [judgeHome(folder, await lookAtHome(folder))];
}

async function lookAtHome(wanted: string): Promise<HomeFacts | undefined> {
  const folder = await realpath(wanted).catch(() => undefined);
  if (folder === undefined) return undefined;
  const uid = process.getuid?.();
  const [facts, kind, writable, files] = await Promise.all([
    stat(folder),
    statfs(folder),
    access(folder, constants.W_OK).then(
      () => true,
      () => false,
    ),
    Promise.all(secretFiles.map(async (name) => ({ name, mode: await modeOf(path.join(folder, name)) }))),
  ]);
  return {
    folder,
    isFolder: facts.isDirectory(),
    ours: uid === undefined || facts.uid === uid,
    mode: uid === undefined ? 0o700 : facts.mode & 0o777,
    writable,
    ...(process.platform === "linux" ? { fileSystem: kind.type } : {}),
    open: uid === undefined ? [] : files.filter(({ mode }) => (mode & others) !== 0).map(({ name }) => name),
  };
}

function modeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ mode }) => mode,
    () => 0,
  );
}

/** Where SQLite's locks do not hold, or a sleep of the other side stops everything; numbers of statfs(2). */
const networkFileSystems: Readonly<Record<number, string>> = {
  0x6969: "NFS",
  0x517b: "SMB",
  0xff534d42: "CIFS",
  0xfe534d42: "SMB",
  0x01021997: "9p",
  0x00c36400: "Ceph",
  0x5346414f: "AFS",
};

export function judgeHome(wanted: string, facts: HomeFacts | undefined): Check {
  const name = "home";
  const elsewhere = "npm start -- --home PATH";
  if (facts === undefined) {
    return { name, state: "warning", says: `${wanted} is not there; the first start makes it`, next: "npm start" };
  }
  const { folder, isFolder, ours, mode, writable, fileSystem, open } = facts;
  const wrong = (says: string, next: string): Check => ({ name, state: "wrong", says: `${folder} ${says}`, next });
  if (!isFolder) return wrong("is not a folder", elsewhere);
  if (/\s/.test(folder)) return wrong("has a space in its path", elsewhere);
  if (!ours) return wrong("belongs to another user", `sudo chown -R "$(id -un)" ${shellWord(folder)}`);
  if (!writable) return wrong("cannot be written to", `chmod u+rwx ${shellWord(folder)}`);
  if ((mode & othersWrite) !== 0) return wrong("can be written to by others", `chmod 700 ${shellWord(folder)}`);
  const network = fileSystem === undefined ? undefined : networkFileSystems[fileSystem >>> 0];
  if (network !== undefined) {
    const says = `${folder} is on ${network}, where the database's locks may not hold`;
    return { name, state: "warning", says, next: `${elsewhere} (a path on a disk of this machine)` };
  }
  if ((mode & others) !== 0) {
    return { name, state: "warning", says: `${folder} can be read by others`, next: `chmod 700 ${shellWord(folder)}` };
  }
  if (open.length === 0) return { name, state: "ok", says: folder };
  const files = open.map((file) => shellWord(path.join(folder, file))).join(" ");
  return {
    name,
    state: "warning",
    says: `others may read ${open.join(", ")} in ${folder}`,
    next: `chmod 600 ${files}`,
  };
}
