import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FleetState, Workstream } from "../src/contract/states.ts";
import { findPrograms } from "../src/main/programs.ts";
import { processesOf } from "./engine-process.ts";
import { human, openStand, type Stand } from "./engine-stand.ts";

const programs = {
  ...findPrograms(new URL("../src/main/engine.ts", import.meta.url).href),
  scriptedAgent: fileURLToPath(new URL("faults/misbehaving-agent.ts", import.meta.url)),
};
/** What 100 MB may leave behind in the reader at any time, in MB. */
const mostGrowth = 150;

let stand: Stand;
beforeEach(async () => {
  stand = await openStand({ programs, endingGraceMs: 1_000 });
});
afterEach(async () => {
  await stand.close();
  await vi.waitFor(async () => expect(await processesOf(path.dirname(stand.repository))).toEqual([]), 10_000);
});

const of = (state: FleetState, row: Workstream) => state.workstreams[row.id];
const ready =
  (...rows: Workstream[]) =>
  (state: FleetState) =>
    rows.every((row) => of(state, row)?.phase === "ready");

/** Its work is in its branch exactly once, and no turn came to the agent twice. */
async function expectDoneOnce(row: Workstream, name: string): Promise<void> {
  const branch = stand.row(row.id).place.branch;
  expect(await stand.git("show", `${branch}:${name}.txt`)).toBe("Done once.\n");
  const folder = path.join(path.dirname(stand.repository), "home", "scripted");
  const clientIds = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .flatMap(
      (file) => (JSON.parse(readFileSync(path.join(folder, file), "utf8")) as { turns: { clientId: string }[] }).turns,
    )
    .map((turn) => turn.clientId);
  expect(new Set(clientIds).size).toBe(clientIds.length);
}

/** The highest growth of this process, which the engine runs in, until `over`. */
async function watchMemory(over: () => boolean): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  while (!over()) {
    most = Math.max(most, process.memoryUsage().rss);
    await sleep(20);
  }
  return (most - before) / 2 ** 20;
}

describe("an agent that misbehaves once, beside one that does not", () => {
  it.each([
    "answers-twice",
    "unknown-ids",
    "ends-early",
    "ends-mid-line",
    "no-json",
    "no-utf8",
    "lies-about-turns",
    "speaks-after-end",
    "leaves-a-child",
  ])("%s: both do their work, once", async (name) => {
    const well = await stand.play("well");
    const row = await stand.play(name);
    await stand.until(`${name} is ready`, ready(row, well), 40);
    await expectDoneOnce(row, name);
    await expectDoneOnce(well, "well");
    // What was asked after the turn's end holds nothing up.
    expect(Object.values(stand.engine.journal.state().requests)).toEqual([]);
  });

  it.each(["flood-line", "flood-lines", "flood-deltas", "flood-errors"])(
    "%s of 100 MB: both do their work, once, in bounded memory",
    async (name) => {
      const well = await stand.play("well");
      const row = await stand.play(name);
      let over = false;
      const grown = watchMemory(() => over);
      await stand.until(`${name} is ready`, ready(row, well), 60);
      over = true;
      expect(await grown).toBeLessThan(mostGrowth);
      await expectDoneOnce(row, name);
      await expectDoneOnce(well, "well");
    },
  );

  it("asks-twice: the human is asked once", async () => {
    const row = await stand.play("asks-twice");
    await stand.until("it asks", (state) => Object.keys(state.requests).length > 0);
    await sleep(200);
    const requests = Object.values(stand.engine.journal.state().requests);
    expect(requests).toHaveLength(1);
    for (const { id } of requests) await stand.engine.fleet.answer(row.id, id, { kind: "accept" }, human);
    await stand.until("it is ready", ready(row));
    await expectDoneOnce(row, "asks-twice");
    expect(Object.values(stand.engine.journal.state().requests)).toEqual([]);
  });

  it.each(["hangs-at-interrupt", "never-reads"])("%s: stopping it ends it, and the other goes on", async (name) => {
    const row = await stand.play(name);
    await stand.until("it runs", (state) => of(state, row)?.turn?.status === "running");
    const well = await stand.play("well");
    await stand.engine.fleet.stop(row.id, undefined, human);
    const settled = (state: FleetState) =>
      of(state, row)?.phase === "stopped" && of(state, row)?.turn?.status === "interrupted";
    await stand.until("it is stopped", settled, 60);
    await stand.until("the other is ready", ready(well), 60);
    await expectDoneOnce(well, "well");
    await stand.engine.fleet.retry(row.id, human);
    await stand.engine.fleet.steer(row.id, "Go on.", "now", human);
    await stand.until("it goes on when it is taken up again", ready(row), 60);
  });

  it("hangs-at-open and hangs-at-send: both are tried again when their time is over", async () => {
    const well = await stand.play("well");
    const rows = [await stand.play("hangs-at-open"), await stand.play("hangs-at-send")] as const;
    await stand.until("the other is ready meanwhile", ready(well), 30);
    await stand.until("both are ready", ready(...rows), 150);
    await expectDoneOnce(rows[0], "hangs-at-open");
    await expectDoneOnce(rows[1], "hangs-at-send");
  }, 200_000);

  it("hangs-at-initialize: another process is started", async () => {
    const folder = path.join(path.dirname(stand.repository), "home", "scripted");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "hang-at-initialize"), "");
    const well = await stand.play("well");
    await stand.until("it is ready", ready(well), 60);
    await expectDoneOnce(well, "well");
  });
});
