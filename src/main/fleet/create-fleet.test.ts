import { describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import { calm, expectWholeTranscript, human, openFleet, policyWith } from "./test-stand.ts";
import { defaultPolicy } from "../policy/policy.ts";

describe("the fleet", () => {
  it("brings a ticket to ready over one turn", async () => {
    const { start, row, thread, journal, attention } = await openFleet();
    const { id } = await start();
    expect(row(id)).toMatchObject({ phase: "working", turn: { status: "running" } });
    await thread(id).end();
    expect(row(id).phase).toBe("ready");
    expect(attention()).toEqual(["ready"]);
    expectWholeTranscript(journal, id);
  });

  it("starts the next in the queue as soon as a place is free", async () => {
    const policy = policyWith({}, { agent: { ...defaultPolicy.agent, maxConcurrentAgents: 1 } });
    const { start, row, thread } = await openFleet({ policy });
    const [first, second, third] = [await start(), await start(), await start()];
    expect([first, second, third].map(({ id }) => row(id).phase)).toEqual(["working", "queued", "queued"]);
    await thread(first.id).end();
    expect([first, second, third].map(({ id }) => row(id).phase)).toEqual(["ready", "working", "queued"]);
  });

  it("gives two starts at once different numbers and folders", async () => {
    const { fleet } = await openFleet();
    const started = await Promise.all([1, 2, 3].map(() => fleet.start({ text: "Do it", attempts: 2 }, human)));
    const rows = started.flatMap(unwrap);
    expect(rows.map((row) => row.number).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(rows.map((row) => row.place.folder)).size).toBe(6);
    await calm();
  });
});
