import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { branchName, checkNames, slugFrom, workstreamOf } from "./names.ts";

describe("slugs", () => {
  it("are read off a title", () => {
    expect(slugFrom("Fix the Løgin — crème brûlée!")).toBe("fix-the-l-gin-creme-brulee");
    expect(slugFrom("日本語")).toBe("work");
    expect(slugFrom("--upload-pack=../../x")).toBe("upload-pack-x");
  });

  it("are plain names whatever the title", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (title) => {
        expect(checkNames({ projectId: "p1", workstreamId: "w1", slug: slugFrom(title) }).ok).toBe(true);
      }),
    );
  });

  it("lead from a branch back to its workstream", () => {
    expect(workstreamOf(branchName("w1", "x"))).toBe("w1");
    expect(workstreamOf("main")).toBeUndefined();
    expect(workstreamOf("cox/w1")).toBeUndefined();
  });
});
