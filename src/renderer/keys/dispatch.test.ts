import { describe, expect, it } from "vitest";
import { bind, createDispatcher, patientMs, sequenceMs } from "./dispatch.ts";

interface Named {
  readonly id: string;
  readonly keys: readonly string[];
}

function press(key: string, held: readonly string[] = []): KeyboardEvent {
  const event = { key, code: "", isComposing: false, getModifierState: (modifier: string) => held.includes(modifier) };
  return event as unknown as KeyboardEvent;
}

function stand(...table: Named[]) {
  let time = 0;
  const dispatcher = createDispatcher<Named>(() => time);
  const bindings = bind(table);
  return {
    pass: (ms: number) => (time += ms),
    press: (key: string, { typing = false, held = [] as string[] } = {}) => {
      const match = dispatcher.press(press(key, held), bindings, typing, ({ id }) => id !== "idle");
      return match.kind === "run" ? match.command.id : match.kind;
    },
  };
}

const table: Named[] = [
  { id: "accept", keys: ["a"] },
  { id: "grid", keys: ["g g"] },
  { id: "eleven", keys: ["g 1 1"] },
  { id: "palette", keys: ["$mod+k"] },
  { id: "help", keys: ["[Shift]+?"] },
  { id: "end", keys: ["Shift+g"] },
];

describe("a key", () => {
  it("runs its command", () => {
    expect(stand(...table).press("a")).toBe("accept");
  });

  it("means nothing with a modifier that was not asked for", () => {
    expect(stand(...table).press("a", { held: ["Control"] })).toBe("none");
  });

  it("is the same on layouts that need Shift for it", () => {
    expect(stand(...table).press("?", { held: ["Shift"] })).toBe("help");
  });

  it("passes over a command that does not hold now", () => {
    expect(stand({ id: "idle", keys: ["a"] }, ...table).press("a")).toBe("accept");
  });

  it("types while the human types, and chords still work", () => {
    const { press: type } = stand(...table);
    expect(type("a", { typing: true })).toBe("none");
    expect(type("k", { typing: true, held: ["Control"] })).toBe("palette");
  });
});

describe("a sequence", () => {
  it("waits for its next key", () => {
    const { press: type } = stand(...table);
    expect([type("g"), type("g")]).toEqual(["pending", "grid"]);
    expect([type("g"), type("1"), type("1")]).toEqual(["pending", "pending", "eleven"]);
  });

  it("is forgotten after a while", () => {
    const { press: type, pass } = stand(...table);
    type("g");
    pass(sequenceMs + 1);
    expect(type("g")).toBe("pending");
  });

  it("is waited for longer where its last key alone would answer somebody", () => {
    const snooze = { id: "snooze", keys: ["h 2"], patient: true };
    const { press: type, pass } = stand(snooze, { id: "answer", keys: ["2"] });
    type("h");
    pass(sequenceMs + 1);
    expect(type("2")).toBe("snooze");
    type("h");
    pass(patientMs + 1);
    expect(type("2")).toBe("answer");
  });

  it("gives way to a key that does not continue it", () => {
    const { press: type } = stand(...table);
    expect([type("g"), type("a")]).toEqual(["pending", "accept"]);
  });

  it("does not take Shift+G for g", () => {
    expect(stand(...table).press("G", { held: ["Shift"] })).toBe("end");
  });
});
