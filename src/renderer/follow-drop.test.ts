import { expect, it } from "vitest";
import { pathIn } from "./follow-drop.ts";

it("takes the first file of a list of addresses, as a path", () => {
  expect(pathIn("# what was dragged\r\nfile:///home/ada/my%20shop\r\nfile:///etc")).toBe("/home/ada/my shop");
  expect(pathIn("file://localhost/src/shop")).toBe("/src/shop");
});

it.each(["", "https://evil.example/home", "file://server/share", "file:///a%00b", "file:///%E0%A4%A", "file:///"])(
  "takes no path from %j",
  (list) => {
    expect(pathIn(list)).toBeUndefined();
  },
);
