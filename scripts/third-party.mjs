import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./run.mjs";

/** @typedef {{ name: string, version: string, license: string, texts: readonly string[] }} Shipped */
/** @typedef {{ name: string, version: string, license?: string, author?: string | { name: string } }} Manifest */

/**
 * Writes down whose code a build takes in, with their licences. One plugin is given to every build of the product: the
 * file holds what all that have ended so far took in.
 * @param {string} file
 */
export function thirdPartyNotices(file) {
  /** @type {Map<string, Shipped>} */
  const shipped = new Map();
  return {
    name: "third-party-notices",
    /**
     * @param {unknown} _options
     * @param {Record<string, { type: string, moduleIds?: readonly string[] }>} bundle
     */
    generateBundle(_options, bundle) {
      for (const id of Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds)) {
        const folder = packageOf(id);
        if (folder !== undefined && !shipped.has(folder)) shipped.set(folder, read(folder));
      }
    },
    closeBundle() {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, noticesOf([...shipped.values()]));
    },
  };
}

/**
 * The folder of the package that a module comes from; undefined for our own.
 * @param {string} id as the bundler names it; its own modules and Vite's begin with a NUL
 */
export function packageOf(id) {
  const helper = /^\0(vite|rolldown)\//.exec(id);
  if (helper !== null) return path.join(root, "node_modules", String(helper[1]));
  return /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/?]+)[\\/]/.exec(id)?.[1];
}

/** Of Vite only a few lines of help are taken, and nothing of what Vite itself is made of. */
const bundledElsewhere = /^#+ licenses of bundled dependencies.*/ims;

/** @returns {Shipped} */
function read(/** @type {string} */ folder) {
  /** @type {Manifest} */
  const {
    name,
    version,
    license = "unknown",
    author,
  } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder)
    .filter((one) => /^(licen[cs]e|copying|notice)/i.test(one))
    .toSorted()
    .map((one) => readFileSync(path.join(folder, one), "utf8").replace(bundledElsewhere, "").trim());
  const by = (typeof author === "object" ? author.name : author) ?? `the authors of ${name}`;
  const standard = license === "MIT" ? mitOf(by) : `By ${by}. Its package holds no text of it.`;
  return { name, version, license, texts: texts.length > 0 ? texts : [standard] };
}

/** For packages that say MIT and leave it at that. */
function mitOf(/** @type {string} */ by) {
  return `MIT License

Copyright (c) ${by}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}

function noticesOf(/** @type {readonly Shipped[]} */ shipped) {
  const line = "-".repeat(80);
  const parts = shipped
    .map(({ name, version, license, texts }) => ({ title: `${name} ${version} (${license})`, texts }))
    .toSorted((a, b) => (a.title < b.title ? -1 : 1))
    .map(({ title, texts }) => `${line}\n${title}\n${line}\n\n${texts.join("\n\n")}\n`);
  return `Coxswain holds code of the packages below, each under its own licence.\n\n${parts.join("\n")}`;
}
