import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ensureBuild } from "./build.mjs";
import { nodeProgram } from "./pinned-node.mjs";
import { root, run, say, Stop } from "./run.mjs";

const platforms = /** @type {Partial<Record<NodeJS.Platform, string>>} */ ({
  darwin: "--mac",
  linux: "--linux",
  win32: "--win",
});

/**
 * Refuses what it does not know before anything is installed or built.
 * @param {readonly string[]} args
 */
export function readPackageOptions(args) {
  try {
    const options = /** @type {const} */ ({ dir: { type: "boolean" }, out: { type: "string" } });
    const { values } = parseArgs({ args: [...args], options });
    return { isFolder: values.dir === true, out: path.resolve(root, values.out ?? "dist") };
  } catch {
    throw new Stop("`npm run package` does not know these options.", "There are: --dir --out PATH.");
  }
}

/**
 * What electron-builder is called with. A release names who publishes it and where its updates are; everything else is in
 * electron-builder.yml.
 * @param {{ isFolder: boolean, out: string }} options
 * @param {NodeJS.ProcessEnv} env
 */
export function builderArgs({ isFolder, out }, env) {
  const platform = platforms[process.platform];
  if (platform === undefined)
    throw new Stop(`There is no package for ${process.platform}.`, "Package on Linux, macOS or Windows.");
  const runtime = env["ELECTRON_OVERRIDE_DIST_PATH"];
  const updates = env["COXSWAIN_UPDATE_URL"];
  if (updates !== undefined && !updates.startsWith("https://"))
    throw new Stop(
      "Updates can only be had over https.",
      "Give COXSWAIN_UPDATE_URL an address that begins with https://.",
    );
  const homepage = env["COXSWAIN_HOMEPAGE"];
  const maintainer = env["COXSWAIN_MAINTAINER"];
  return [
    platform,
    ...(isFolder ? ["--dir"] : []),
    // Files are made here and never sent anywhere.
    "--publish=never",
    `-c.directories.output=${out}`,
    ...(runtime === undefined ? [] : [`-c.electronDist=${path.resolve(root, runtime)}`]),
    ...(updates === undefined ? [] : ["-c.publish.provider=generic", `-c.publish.url=${updates}`]),
    ...(homepage === undefined ? [] : [`-c.extraMetadata.homepage=${homepage}`]),
    ...(maintainer === undefined ? [] : [`-c.linux.maintainer=${maintainer}`]),
  ];
}

/** Builds the product and makes its packages for this platform. */
export async function packageProduct(/** @type {readonly string[]} */ args) {
  const options = readPackageOptions(args);
  const builder = fileURLToPath(import.meta.resolve("electron-builder/cli.js"));
  const called = [builder, ...builderArgs(options, process.env)];
  await ensureBuild();
  say("packaging");
  const { code, output, ms } = await run("packaging", nodeProgram(), called);
  if (code !== 0) {
    throw new Stop(
      `Packaging failed.\n${output.trim().split("\n").slice(-20).join("\n")}`,
      "Mend what it names; docs/packaging.md says what each platform needs.",
    );
  }
  say(`packaged in ${(ms / 1_000).toFixed(1)} s`);
  for (const [name, bytes] of sizes(options.out)) process.stdout.write(`${megabytes(bytes)}  ${name}\n`);
}

/** What lies in the folder of packages, with our own part of it, and how large it is in bytes. */
function sizes(/** @type {string} */ folder) {
  const packages = readdirSync(folder).filter((name) => !name.startsWith("builder-"));
  const archives = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("app.asar"),
  );
  return [...packages, ...archives].map((name) => /** @type {const} */ ([name, sizeOf(path.join(folder, name))]));
}

/** @returns {number} */
function sizeOf(/** @type {string} */ place) {
  const facts = statSync(place);
  if (!facts.isDirectory()) return facts.size;
  return readdirSync(place).reduce((total, name) => total + sizeOf(path.join(place, name)), 0);
}

function megabytes(/** @type {number} */ bytes) {
  return `${(bytes / 1e6).toFixed(1).padStart(8)} MB`;
}
