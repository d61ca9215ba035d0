import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLink } from "./deep-link.ts";

describe("a link into the control room", () => {
  it.each([
    ["coxswain://workstream/7", { kind: "go", workstream: "7" }],
    ["coxswain://workstream/7/", { kind: "go", workstream: "7" }],
    ["coxswain://workstream/w01hxyz789", { kind: "go", workstream: "w01hxyz789" }],
    ["coxswain://attention", { kind: "go" }],
    ["coxswain://attention/", { kind: "go" }],
    ["coxswain://open?path=%2Fhome%2Fme%2Fmy%20project", { kind: "offer-project", path: "/home/me/my project" }],
    ["coxswain://open/?path=/home/me/%C3%A9t%C3%A9", { kind: "offer-project", path: "/home/me/été" }],
  ])("%s is read", (text, link) => {
    expect(parseLink(text)).toEqual(link);
  });

  it.each([
    "",
    "coxswain:",
    "coxswain://",
    "COXSWAIN://attention",
    "coxswain:/attention",
    "coxswain://attention?approve=1",
    "coxswain://attention#x",
    "coxswain://user@attention",
    "coxswain://attention:80",
    "coxswain://workstream",
    "coxswain://workstream/",
    "coxswain://workstream/0",
    "coxswain://workstream/-1",
    "coxswain://workstream/1e3",
    "coxswain://workstream/9999999999",
    "coxswain://workstream/7/diff",
    "coxswain://workstream/7?answer=accept",
    "coxswain://workstream/%37",
    "coxswain://workstream/../open",
    "coxswain://workstream/w0",
    "coxswain://workstream/W01HXYZ789",
    "coxswain://workstream/7\ncoxswain://workstream/8",
    "coxswain://start?text=do",
    "coxswain://answer/7",
    "coxswain://open",
    "coxswain://open?path=",
    "coxswain://open?path=relative/folder",
    "coxswain://open?path=/a&start=true",
    "coxswain://open?path=/a#/7",
    "coxswain://open?path=/a&path=/b",
    "coxswain://open?PATH=/a",
    "coxswain://open?path=%2Fhome%2F..%2F..%2Fetc",
    "coxswain://open?path=/a/%2e%2e/b",
    "coxswain://open?path=%00",
    "coxswain://open?path=/a%0Ab",
    "coxswain://open?path=/a%E2%80%AEb",
    "coxswain://open?path=%E0%A4%A",
    "coxswain://open?path=//server/share",
    "coxswain://open?path=%5C%5Cserver%5Cshare",
    `coxswain://open?path=/${"a".repeat(5_000)}`,
    "https://example.com/coxswain://attention",
    "javascript:coxswain://attention",
    " coxswain://attention",
  ])("%j is none", (text) => {
    expect(parseLink(text)).toBeUndefined();
  });

  it("never asks for more than to be shown something or to be asked", () => {
    const pieces = fc.constantFrom(
      "coxswain://",
      "open",
      "workstream/",
      "attention",
      "?path=",
      "/",
      "%2e",
      "..",
      "7",
      "w",
      "&",
      "#",
    );
    const texts = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(pieces, { maxLength: 8 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const link = parseLink(text);
        if (link === undefined) return;
        expect(["go", "offer-project"]).toContain(link.kind);
        if (link.kind === "offer-project") expect(link.path.split("/")).not.toContain("..");
      }),
    );
  });
});
