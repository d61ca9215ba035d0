import { describe, expect, it } from "vitest";
import { findChoices, type Findable } from "./find-choices.ts";

const grid: Findable = { id: "grid", title: "Go to the grid", also: "" };
const start: Findable = { id: "start", title: "Start a workstream", also: "new create ticket" };
const budget: Findable = { id: "budget", title: "Raise or change the budget", also: "tokens limit" };
const stop: Findable = { id: "stop", title: "Stop the workstream", also: "", not: "does not apply now" };
const pay: Findable = { id: "w1", title: "1  pay-retry", also: "" };
const eleven: Findable = { id: "w11", title: "11  geo-tax", also: "" };
const all = [grid, start, budget, stop, eleven, pay];

const found = (text: string, recent: readonly string[] = []) => findChoices(all, text, recent).map(({ id }) => id);

describe("what is found", () => {
  it("is, without a word, what can be chosen: the last chosen first", () => {
    expect(found("")).toEqual(["grid", "start", "budget", "w11", "w1"]);
    expect(found("", ["w1", "stop", "budget"]).slice(0, 3)).toEqual(["w1", "budget", "grid"]);
  });

  it("fits every word, wherever it stands", () => {
    expect(found("change bud")).toEqual(["budget"]);
    expect(found("change grid")).toEqual([]);
  });

  it("is first what begins so, then what has a word that does, then what is also called so", () => {
    expect(found("st")).toEqual(["start", "stop"]);
    expect(found("new")[0]).toBe("start");
    expect(found("tax")).toEqual(["w11"]);
  });

  it("is by the first letters of its words", () => {
    expect(found("gtg")).toEqual(["grid"]);
    expect(found("gogr")).toEqual(["grid"]);
    expect(found("pare")).toEqual(["w1"]);
  });

  it("is the one of a number before those that only begin with it", () => {
    expect(found("1  ")).toEqual(["w1", "w11"]);
    expect(found("11")[0]).toBe("w11");
  });

  it("is last what cannot be chosen now, however well it fits", () => {
    expect(found("workstream").at(-1)).toBe("stop");
    expect(found("stop")).toEqual(["stop"]);
  });

  it("is the one chosen lately among equals", () => {
    const twins = [
      { id: "a", title: "Show the diff", also: "" },
      { id: "b", title: "Show the plan", also: "" },
    ];
    expect(findChoices(twins, "show", ["b"]).map(({ id }) => id)).toEqual(["b", "a"]);
  });

  it("answers a hostile name in no time", () => {
    const long = { id: "long", title: "a ".repeat(50), also: "" };
    expect(findChoices([long], `${"a".repeat(30)}b`, [])).toEqual([]);
  });
});
