/**
 * How many pixels a picture says it has; undefined when it is none of the kinds that are drawn. A few bytes can say that they are
 * four thousand million pixels, and whoever draws them would need memory for all. By what it begins with: so does a browser.
 */
export function picturePixels(bytes: Buffer): number | undefined {
  if (bytes.length < 30) return undefined;
  const begin = bytes.toString("latin1", 0, 16);
  if (begin.startsWith("\u0089PNG\r\n") && begin.endsWith("IHDR"))
    return bytes.readUInt32BE(16) * bytes.readUInt32BE(20);
  if (begin.startsWith("GIF8")) return bytes.readUInt16LE(6) * bytes.readUInt16LE(8);
  if (begin.startsWith("RIFF") && begin.slice(8, 15) === "WEBPVP8") return webpPixels(bytes);
  return begin.startsWith("\u00ff\u00d8\u00ff") ? jpegPixels(bytes) : undefined;
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function webpPixels(bytes: Buffer): number | undefined {
  switch (bytes.toString("latin1", 15, 16)) {
    case "X":
      return (bytes.readUIntLE(24, 3) + 1) * (bytes.readUIntLE(27, 3) + 1);
    case "L": {
      const bits = bytes.readUInt32LE(21);
      return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
    }
    case " ":
      return (bytes.readUInt16LE(26) & 0x3fff) * (bytes.readUInt16LE(28) & 0x3fff);
    default:
      return undefined;
  }
}

/** Goes from segment to segment up to the frame header, ITU-T T.81 B.2.2. */
function jpegPixels(bytes: Buffer): number | undefined {
  for (let at = 2; at + 9 <= bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    while (bytes[at + 1] === 0xff && at + 10 <= bytes.length) at += 1;
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return undefined;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return bytes.readUInt16BE(at + 5) * bytes.readUInt16BE(at + 7);
  }
  return undefined;
}
