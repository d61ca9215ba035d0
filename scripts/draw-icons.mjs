/**
 * Makes the icons of the packages from assets/package/icon.svg. Run by hand when that changes:
 * `node scripts/draw-icons.mjs`. An ICO and an ICNS are PNGs with a table in front.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { chromiumArgs, ensureChromium } from "./chromium.mjs";
import { root } from "./run.mjs";

const folder = path.join(root, "assets", "package");
const sizes = [16, 32, 48, 64, 128, 256, 512, 1024];

/** Apple's names for a PNG of this many pixels; those with two are the doubled ones of half the size. */
const icnsTypes = /** @type {Record<number, readonly string[]>} */ ({
  16: ["icp4"],
  32: ["icp5", "ic11"],
  64: ["icp6", "ic12"],
  128: ["ic07"],
  256: ["ic08", "ic13"],
  512: ["ic09", "ic14"],
  1024: ["ic10"],
});

/** @returns {Promise<Map<number, Buffer>>} */
async function draw(/** @type {string} */ svg) {
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumArgs() });
  try {
    const page = await browser.newPage();
    /** @type {Map<number, Buffer>} */
    const drawn = new Map();
    for (const size of sizes) {
      await page.setViewportSize({ width: size, height: size });
      await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 100vw }</style>${svg}`);
      drawn.set(size, await page.screenshot({ omitBackground: true }));
    }
    return drawn;
  } finally {
    await browser.close();
  }
}

/** Every size Windows takes; 256 is written as 0. */
function icoOf(/** @type {Map<number, Buffer>} */ drawn) {
  const images = [...drawn].filter(([size]) => size <= 256);
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  for (const [index, [size, png]] of images.entries()) {
    const at = 6 + 16 * index;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...images.map(([, png]) => png)]);
}

function icnsOf(/** @type {Map<number, Buffer>} */ drawn) {
  const entries = [...drawn].flatMap(([size, png]) => (icnsTypes[size] ?? []).map((type) => block(type, png)));
  return block("icns", Buffer.concat(entries));
}

/**
 * @param {string} type
 * @param {Buffer} body
 */
function block(type, body) {
  const head = Buffer.alloc(8);
  head.write(type, "latin1");
  head.writeUInt32BE(head.length + body.length, 4);
  return Buffer.concat([head, body]);
}

const drawn = await draw(readFileSync(path.join(folder, "icon.svg"), "utf8"));
mkdirSync(path.join(folder, "icons"), { recursive: true });
// Linux shows no larger one.
for (const [size, png] of drawn) if (size <= 512) writeFileSync(path.join(folder, "icons", `${size}x${size}.png`), png);
writeFileSync(path.join(folder, "icon.ico"), icoOf(drawn));
writeFileSync(path.join(folder, "icon.icns"), icnsOf(drawn));
