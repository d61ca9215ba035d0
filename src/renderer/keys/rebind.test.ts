import { describe, expect, it } from "vitest";
import type { CommandFacts } from "../../keys/table.ts";
import { bindablesOf, judgeKey, withKeys, type Bindable } from "./rebind.ts";

const command = (id: string, scope: CommandFacts["scope"], ...keys: string[]): CommandFacts => ({
  id,
  title: id,
  scope,
  keys,
});
const grid = command("grid", "global", "g g");
const steer = command("steer", "grid", "s");
const split = command("split", "diff", "x");
const send = command("send", "composer", "$mod+Enter");
const find: CommandFacts = { ...command("find", "global", "$mod+k"), inTerminal: ["Control+Shift+k"] };
const table = [grid, steer, split, send, find];
const bindables = bindablesOf(table);
const of = ({ id }: CommandFacts, suffix = ""): Bindable => {
  const found = bindables.find((one) => one.id === `${id}${suffix}`);
  if (found === undefined) throw new Error(`There is no ${id}.`);
  return found;
};
const host = { isMac: false, inBrowser: true };

describe("a key that is to be a command's", () => {
  it("clashes with whoever has it in a place where both work, and with nobody else", () => {
    expect(judgeKey(of(grid), "s", table, host).clashes).toMatchObject([{ other: of(steer), keys: "s" }]);
    expect(judgeKey(of(grid), "x", table, host).clashes).toMatchObject([{ other: of(split), contexts: ["diff"] }]);
    expect(judgeKey(of(steer), "x", table, host).clashes).toEqual([]);
    expect(judgeKey(of(steer), "g", table, host).clashes).toMatchObject([{ other: of(grid), keys: "g g" }]);
  });

  it("is no way out, no Tab, and nothing that types where the human writes", () => {
    expect(judgeKey(of(grid), "Escape", table, host).refused).toContain("Escape");
    expect(judgeKey(of(grid), "Tab", table, host).refused).toContain("Tab");
    expect(judgeKey(of(send), "s", table, host).refused).toContain("typed");
    expect(judgeKey(of(send), "$mod+s", table, host).refused).toBeUndefined();
  });

  it("is another one inside a terminal, where only chords can be", () => {
    expect(judgeKey(of(find, ":terminal"), "s", table, host).refused).toContain("typed");
    expect(judgeKey(of(find, ":terminal"), "$mod+k", table, host)).toEqual({ clashes: [] });
    expect(judgeKey(of(grid), "Control+Shift+k", table, host)).toEqual({ clashes: [] });
  });

  it("is warned about where the browser keeps it", () => {
    expect(judgeKey(of(grid), "$mod+t", table, host).warning).toContain("the browser");
    expect(judgeKey(of(grid), "$mod+t", table, { ...host, inBrowser: false }).warning).toBeUndefined();
  });
});

describe("the keys that are not the table's", () => {
  it("take from another only what clashes", () => {
    const { clashes } = judgeKey(of(grid), "s", table, host);
    expect(withKeys({}, { id: "grid", keys: ["s"] }, clashes, bindables)).toEqual({ grid: ["s"], steer: [] });
  });

  it("hold nothing of a command that has the table's again, and keep what this version does not know", () => {
    const own = { grid: ["s"], newer: ["q"] };
    expect(withKeys(own, { id: "grid", keys: ["g g"] }, [], bindables)).toEqual({ newer: ["q"] });
  });
});
