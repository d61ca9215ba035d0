import { expect, it } from "vitest";
import { createUndo } from "./undo.ts";

function bench() {
  const told: string[] = [];
  const did: string[] = [];
  const undo = createUndo(({ text }) => told.push(text));
  const deed = (name: string, works = true) => ({
    text: name,
    undo: () => (did.push(`undo ${name}`), Promise.resolve(works)),
    redo: () => (did.push(`redo ${name}`), Promise.resolve(true)),
  });
  return { undo, told, did, deed };
}

it("takes back what was done last first, and does it again in the order it was done", async () => {
  const { undo, did, deed } = bench();
  undo.did(deed("one"));
  undo.did(deed("two"));
  await undo.undo();
  await undo.undo();
  await undo.redo();
  await undo.redo();
  expect(did).toEqual(["undo two", "undo one", "redo one", "redo two"]);
});

it("says that what was sent cannot be taken back, and goes on to what was before", async () => {
  const { undo, told, did, deed } = bench();
  undo.did(deed("one"));
  undo.did({ sent: "The answer is with its author." });
  await undo.undo();
  expect(told).toEqual(["The answer is with its author. It was sent and cannot be undone."]);
  await undo.undo();
  expect(did).toEqual(["undo one"]);
});

it("keeps what could not be taken back, and forgets what was undone once something else is done", async () => {
  const { undo, told, did, deed } = bench();
  undo.did(deed("one", false));
  await undo.undo();
  await undo.undo();
  expect(did).toEqual(["undo one", "undo one"]);
  expect(told).toEqual([]);
  undo.did(deed("two"));
  await undo.undo();
  undo.did(deed("three"));
  await undo.redo();
  expect(told.at(-1)).toBe("There is nothing to do again.");
});

it("remembers fifty and no more", async () => {
  const { undo, told, did, deed } = bench();
  for (let at = 0; at < 60; at += 1) undo.did(deed(String(at)));
  for (let at = 0; at < 60; at += 1) await undo.undo();
  expect(did).toHaveLength(50);
  expect(told.at(-1)).toBe("There is nothing to undo.");
});
