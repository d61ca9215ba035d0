import { expect, test } from "vitest";
import { readArguments } from "./arguments.ts";

test("passes the engine its options, with paths made absolute, and leaves the rest to Chromium", () => {
  const args = ["--no-sandbox", "/product", "--repo", "work/pigeon", "--demo", "--port", "4100", "--inspect=9229"];
  expect(readArguments(args, "/home/of/coxswain", "/here")).toEqual({
    home: "/home/of/coxswain",
    engine: ["--home", "/home/of/coxswain", "--port", "4100", "--repo", "/here/work/pigeon", "--demo"],
    handOver: { repo: "/here/work/pigeon" },
  });
});

test("takes the home that is named, and the usual one when its name is left out", () => {
  expect(readArguments(["--home", "there"], "/usual", "/here").home).toBe("/here/there");
  expect(readArguments(["--home"], "/usual", "/here").home).toBe("/usual");
});

test("finds a link among the arguments, without reading it yet", () => {
  const { handOver } = readArguments(["--home", "there", "coxswain://workstream/7"], "/usual", "/here");
  expect(handOver).toEqual({ link: "coxswain://workstream/7" });
  expect(readArguments(["coxswain:nonsense"], "/usual", "/here").handOver.link).toBe("coxswain:nonsense");
  expect(readArguments(["https://example.com"], "/usual", "/here").handOver).toEqual({});
});
