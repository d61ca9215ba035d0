/** Pixels of the picture's side, for screens with two pixels where others have one. */
const size = 32;
const scale = 2;

/** A blue-green that is seen on light and dark panels alike, and black where macOS colours it itself. */
const ink = { shown: [0x2a, 0x9d, 0x8f], template: [0, 0, 0] } as const;

/** A boat's wheel: a ring, a hub and four spokes. Drawn here, so that no file has to be found; pixels are BGRA. */
export function trayPicture(isTemplate: boolean): { size: number; scale: number; pixels: Buffer } {
  const [red, green, blue] = isTemplate ? ink.template : ink.shown;
  const pixels = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const alpha = coverage(x, y);
      // Colours are multiplied with how much of them is seen.
      const seen = (value: number): number => Math.round(value * alpha);
      pixels.set([seen(blue), seen(green), seen(red), Math.round(255 * alpha)], (y * size + x) * 4);
    }
  }
  return { size, scale, pixels };
}

/** How much of a pixel the wheel covers, from 4 × 4 samples. */
function coverage(x: number, y: number): number {
  let hits = 0;
  for (let step = 0; step < 16; step += 1) {
    const dx = x + ((step % 4) + 0.5) / 4 - size / 2;
    const dy = y + (Math.floor(step / 4) + 0.5) / 4 - size / 2;
    if (isInk(dx, dy)) hits += 1;
  }
  return hits / 16;
}

function isInk(dx: number, dy: number): boolean {
  const far = Math.hypot(dx, dy);
  const isRing = far > 8 && far < 11;
  const isSpoke = far < 15 && (Math.abs(dx) < 1.3 || Math.abs(dy) < 1.3);
  return isRing || isSpoke || far < 4;
}
