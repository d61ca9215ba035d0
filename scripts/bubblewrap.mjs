import { existsSync } from "node:fs";
import path from "node:path";
import { aptInstall, mayUseApt } from "./apt.mjs";
import { say } from "./run.mjs";

/** Gets bubblewrap where the attacks on the sandbox can be run and it is ours to install; the tests say where it is not there. */
export async function ensureBubblewrap() {
  const folders = (process.env["PATH"] ?? "").split(":");
  if (folders.some((folder) => existsSync(path.join(folder, "bwrap"))) || !mayUseApt()) return;
  say("no bubblewrap here; installing the distribution's (apt-get)");
  await aptInstall("bubblewrap");
}
