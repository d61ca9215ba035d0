import { expect, it } from "vitest";
import { checkOptions } from "./start.mjs";

it.each([[["--prot", "1"]], [["--port"]], [["here"]], [["--json=yes"]]])("a start refuses %j", (args) => {
  expect(() => checkOptions(args)).toThrow(expect.objectContaining({ next: expect.stringContaining("--port N") }));
});

it("a start takes the options that the README names", () => {
  const all = ["--headless", "--repo", "a", "--demo", "--port", "1", "--home", "/a", "--json"];
  expect(() => checkOptions(all)).not.toThrow();
});
