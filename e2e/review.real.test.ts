import { afterEach, beforeEach, expect, it } from "vitest";
import type { FilePatch } from "../src/contract/diffs.ts";
import { unwrap } from "../src/contract/errors.ts";
import { anchorAt } from "../src/contract/review-anchor.ts";
import { sideLines, unitsOf } from "../src/contract/review-hunks.ts";
import { isReviewed } from "../src/contract/review.ts";
import { human, openStand, type Stand } from "./engine-stand.ts";

let stand: Stand;
beforeEach(async () => {
  stand = await openStand();
});
afterEach(() => stand.close());

async function patchesOf(id: string): Promise<FilePatch[]> {
  const patches: FilePatch[] = [];
  for await (const frame of unwrap(stand.engine.fleet.changes(id, { since: "base", whitespace: true }))) {
    if (frame.kind === "patches") patches.push(...frame.patches);
  }
  return patches;
}

it("a review of real work reaches its author in the next turn, and what was viewed outlives the engine", async () => {
  const { id } = await stand.play("happy");
  await stand.until("ready", (state) => state.workstreams[id]?.phase === "ready");
  const patches = await patchesOf(id);
  unwrap(await stand.engine.review.view(id, patches.flatMap(unitsOf), true, human));
  await stand.until("all viewed", (state) => {
    const row = state.workstreams[id];
    return row !== undefined && isReviewed(row);
  });

  const patch = patches.find(({ hunks }) => hunks.length > 0);
  if (patch === undefined) throw new Error("The scenario changed nothing that has lines.");
  const anchor = anchorAt({ path: patch.path, side: "new", first: 1, last: 1 }, sideLines(patch, "new"));
  if (anchor === undefined) throw new Error("The first line of the file is not shown.");
  const comments = [{ anchor, text: "Say why." }];
  const wanted = { summary: "Nearly.", comments, replies: [], after: 0, when: "now" as const };
  const { wordsId } = unwrap(await stand.engine.review.send(id, wanted, human));
  await stand.until("delivery", (state) => state.words[wordsId] === undefined);
  await stand.restart();
  await stand.until("ready again", (state) => state.workstreams[id]?.phase === "ready");

  const kept = unwrap(await stand.engine.review.show(id));
  expect(kept).toMatchObject({
    threads: [{ number: 1, state: "open", entries: [{ text: "Say why." }] }],
    reviews: [{ delivery: "delivered", turn: 2 }],
  });
  const { items } = unwrap(await stand.engine.storage.items(id, undefined, 100));
  const said = items.map(({ body }) => (body.kind === "words" ? body.text : ""));
  expect(said.filter((text) => text.includes("Say why."))).toEqual([
    expect.stringContaining(`[1] ${patch.path}:1\n> `),
  ]);
  expect(isReviewed(stand.row(id))).toBe(false);

  unwrap(await stand.engine.review.resolve(id, 1, true, human));
  const now = await patchesOf(id);
  expect(kept.viewed).toEqual(expect.arrayContaining(patches.flatMap(unitsOf)));
  unwrap(await stand.engine.review.view(id, now.flatMap(unitsOf), true, human));
  await stand.until("reviewed", (state) => {
    const row = state.workstreams[id];
    return row !== undefined && isReviewed(row);
  });
});
