import { describe, expect, it } from "vitest";
import { libraryHomes, rooms, type Room } from "./rooms.ts";
import { refusal } from "./walls.ts";

function fileIn(room: Room): string {
  return room.path.endsWith("/") ? `${room.path}file.ts` : room.path;
}

function importing(from: Room, to: Room, typeOnly: boolean): string | undefined {
  const depth = fileIn(from).split("/").length - 1;
  return refusal({ file: fileIn(from), specifier: `${"../".repeat(depth)}${fileIn(to)}`, typeOnly });
}

function room(name: string): Room {
  const found = rooms.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`There is no room ${name}.`);
  return found;
}

describe("the walls", () => {
  const pairs = rooms.flatMap((from) => rooms.map((to) => ({ from, to })));

  it("refuse each import between rooms that the table does not grant, and say where to go", () => {
    for (const { from, to } of pairs) {
      const granted = from === to || from.values.includes(to.name);
      expect(importing(from, to, false), `${from.name} → ${to.name}`).toEqual(
        granted ? undefined : expect.stringContaining(from.instead),
      );
    }
  });

  it("let types through where the table grants types", () => {
    expect(importing(room("fleet"), room("git"), true)).toBeUndefined();
    expect(importing(room("fleet"), room("git"), false)).toContain("only the types of leaves");
    expect(importing(room("worktrees"), room("git"), true)).toBeUndefined();
    expect(importing(room("worktrees"), room("fleet"), true)).toContain("A leaf imports only");
  });

  it("let everything import the contract", () => {
    for (const from of rooms) expect(importing(from, room("contract"), false)).toBeUndefined();
  });

  it("keep each library at home, with a direction everywhere else", () => {
    for (const { library, rooms: homes, instead } of libraryHomes) {
      const specifier = library.replace("*", "thing");
      for (const from of rooms) {
        const told = refusal({ file: fileIn(from), specifier, typeOnly: false });
        expect(told, `${library} in ${from.name}`).toEqual(
          homes.includes(from.name) ? undefined : expect.stringContaining(instead),
        );
      }
    }
  });

  it("only name rooms that exist", () => {
    const names = new Set(rooms.map(({ name }) => name));
    const mentioned = [
      ...rooms.flatMap(({ values, types = [] }) => [...values, ...types]),
      ...libraryHomes.flatMap((home) => home.rooms),
    ];
    expect(mentioned.filter((name) => !names.has(name))).toEqual([]);
  });

  it("stand aside for tests, which put rooms together on purpose", () => {
    expect(
      refusal({ file: "src/main/git/commit.test.ts", specifier: "../storage/database.ts", typeOnly: false }),
    ).toBeUndefined();
    expect(refusal({ file: "src/main/git/test-stand.ts", specifier: "vitest", typeOnly: false })).toBeUndefined();
  });

  it("keep the product from its tests and their stands", () => {
    for (const specifier of ["./commit.test.ts", "./test-stand.ts"]) {
      const told = refusal({ file: "src/main/git/commit.ts", specifier, typeOnly: false });
      expect(told).toContain("The product imports no test");
    }
  });
});
