import { expect, it } from "vitest";
import { hashOf, routeOf } from "./route.ts";

it("gives every place an address and finds it again", () => {
  for (const hash of ["#/", "#/grid", "#/worktrees", "#/7", "#/7/diff", "#/15/plan"])
    expect(hashOf(routeOf(hash))).toBe(hash);
});

it("takes what it does not know for the queue", () => {
  for (const hash of ["", "#", "#/x", "#/7/../9", "#token=abc"]) expect(routeOf(hash)).toEqual({ screen: "queue" });
  expect(routeOf("#token=abc&at=/grid")).toEqual({ screen: "grid" });
  expect(routeOf("#/7/unknown")).toEqual({ screen: "workstream", number: 7, tab: "transcript" });
});
