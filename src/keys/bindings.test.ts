import { describe, expect, it } from "vitest";
import { clash, keysOf, takenBy, withOwnKeys, typesNothing } from "./bindings.ts";
import { printKeys } from "./print.ts";

const on = { keys: {}, letters: "on" } as const;

describe("the keys of a command", () => {
  it("are the table's until the human has others", () => {
    expect(keysOf({ id: "palette", keys: ["$mod+k"] }, on)).toEqual(["$mod+k"]);
    expect(keysOf({ id: "palette", keys: ["$mod+k"] }, { ...on, keys: { palette: ["F1", "g x"] } })).toEqual([
      "F1",
      "g x",
    ]);
    expect(keysOf({ id: "palette", keys: ["$mod+k"] }, { ...on, keys: { palette: [] } })).toEqual([]);
  });

  it("never lose the way out, nor give it to another", () => {
    expect(keysOf({ id: "up", keys: ["Escape"] }, { ...on, keys: { up: ["F9"] } })).toEqual(["Escape", "F9"]);
    expect(keysOf({ id: "palette", keys: ["$mod+k"] }, { ...on, keys: { palette: ["Escape"] } })).toEqual([]);
    const leave = {
      id: "leave-terminal",
      title: "",
      scope: "shell",
      keys: [],
      inTerminal: ["Control+Shift+F6"],
    } as const;
    const own = { ...on, keys: { "leave-terminal:terminal": ["Alt+q"] } };
    expect(withOwnKeys(leave, own).inTerminal).toEqual(["Control+Shift+F6", "Alt+q"]);
  });

  it("are without what begins with a letter where letters are off", () => {
    const keys = ["j", "ArrowDown", "g g", "Shift+x", "[Shift]+?", "é", "$mod+k", "F6", "Alt+1", "Enter"];
    const off = { keys: {}, letters: "off" } as const;
    expect(keysOf({ id: "any", keys }, off)).toEqual(["ArrowDown", "$mod+k", "F6", "Alt+1", "Enter"]);
  });
});

it("clash when one is the other or its beginning, however they are written", () => {
  expect([clash("g", "g g"), clash("Shift+$mod+j", "$mod+Shift+J"), clash("?", "[Shift]+?")]).toEqual([
    true,
    true,
    true,
  ]);
  expect(clash("Control+k", "$mod+k")).toBe(true);
  expect([clash("g g", "g w"), clash("g", "Shift+g"), clash("$mod++", "$mod+=")]).toEqual([false, false, false]);
});

it("tell a key that types from one that does not", () => {
  expect(["$mod+Enter", "Alt+1", "F6", "Shift+F6", "Escape"].every(typesNothing)).toBe(true);
  expect(["a", "Shift+a", "g g", "Enter", "1"].some(typesNothing)).toBe(false);
});

it("know what a browser or the system keeps for itself", () => {
  expect(takenBy("$mod+t", { isMac: false, inBrowser: true })).toBe("the browser");
  expect(takenBy("$mod+t", { isMac: false, inBrowser: false })).toBeUndefined();
  expect(takenBy("$mod+q", { isMac: true, inBrowser: false })).toBe("macOS");
  expect(takenBy("Alt+F4", { isMac: false, inBrowser: false })).toBe("the system");
  expect(takenBy("g t", { isMac: false, inBrowser: true })).toBeUndefined();
});

it("are printed as the platform names them", () => {
  expect(printKeys("$mod+Shift+Enter", false)).toBe("Ctrl+Shift+↵");
  expect(printKeys("$mod+Shift+Enter", true)).toBe("⌘⇧↵");
  expect([printKeys("[Shift]+?", false), printKeys("g g", false), printKeys("$mod+k", false)]).toEqual([
    "?",
    "g g",
    "Ctrl+K",
  ]);
});
