import { chmod, lstat, readdir, rm } from "node:fs/promises";
import { below } from "./inside.ts";

/** Removes what authors wrote to, if it is there. Follows no link; folders that an author closed are opened first. */
export async function removeAll(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => undefined);
  if (found === undefined) return;
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    if (found.isDirectory()) await openFolders(folder, ".");
    await rm(folder, { recursive: true, force: true });
  }
}

/** Names are bytes as latin1, since they need not be UTF-8. */
async function openFolders(root: string, name: string): Promise<void> {
  const folder = below(root, name);
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: "buffer" })) {
    if (entry.isDirectory()) await openFolders(root, `${name}/${entry.name.toString("latin1")}`);
  }
}
