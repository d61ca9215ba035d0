import { describe, expect, it } from "vitest";
import { picturePixels } from "./picture-pixels.ts";

const hex = (text: string): Buffer => Buffer.concat([Buffer.from(text.replaceAll(" ", ""), "hex"), Buffer.alloc(30)]);

describe("the pixels of a picture", () => {
  it("are those it says in its head, whatever kind it is", () => {
    expect(picturePixels(hex("89504e470d0a1a0a 0000000d 49484452 00000003 00000005"))).toBe(15);
    expect(picturePixels(hex("474946383961 0300 0500"))).toBe(15);
    expect(picturePixels(hex("52494646 00000000 57454250 56503858 0a000000 00000000 020000 040000"))).toBe(15);
    expect(picturePixels(hex("52494646 00000000 57454250 5650384c 0a000000 2f 02000100"))).toBe(15);
    expect(picturePixels(hex("52494646 00000000 57454250 56503820 0a000000 000000 9d012a 0300 0500"))).toBe(15);
    expect(picturePixels(hex("ffd8 ffe0 0004 0000 ffff c0 0011 08 0005 0003"))).toBe(15);
  });

  it("are not known of anything else, however it begins", () => {
    for (const text of [
      "",
      "3c737667",
      "ffd8ff",
      "ffd8ffe0ffff",
      "ffd8 ffe0 0000",
      "52494646 00000000 57454250 56503841",
    ])
      expect(picturePixels(hex(text))).toBeUndefined();
  });
});
