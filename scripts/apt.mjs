import { existsSync, readFileSync } from "node:fs";
import { run } from "./run.mjs";

/** Whether this machine's packages are ours to install: a Debian or Ubuntu on which we are root. */
export function mayUseApt() {
  return process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

export function isUbuntu() {
  return /^ID=ubuntu/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Installs one package of the distribution. */
export async function aptInstall(/** @type {string} */ name) {
  await run("apt-get update", "apt-get", ["update"]);
  await run(`installing ${name}`, "apt-get", ["install", "-y", "--no-install-recommends", name], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}
