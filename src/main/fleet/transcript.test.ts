import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "../../contract/events.ts";
import { itemSchema, itemTextLimit, type Item, type ItemBody } from "../../contract/items.ts";
import type { AgentItem } from "../agents/agent.ts";
import { createTranscript, itemKey, lineOf } from "./transcript.ts";

const workstreamId = "w0000000001";
const place = { workstreamId, threadId: "thread", turnId: "t0000000001" };

function message(id: string, text: string, ended = false): AgentItem {
  return { id, body: { kind: "message", text }, ended, truncated: false };
}

function command(id: string, output = "", ended = false): AgentItem {
  const body: ItemBody = { kind: "command", command: "make", folder: "/", status: "running", output };
  return { id, body, ended, truncated: false };
}

function itemsOf(events: readonly Event[]): Item[] {
  return events.map((event) => {
    if (event.type !== "item.upserted") throw new Error(event.type);
    return itemSchema.parse(event.item);
  });
}

describe("a transcript", () => {
  it("numbers items in the order they began, going on from the last, and ends them where they stand", () => {
    const transcript = createTranscript(workstreamId, 7);
    const told = [
      ...transcript.add({ kind: "words", from: "engine", text: "Go." }, { id: "x" }, 1),
      ...transcript.upsert(command("a"), place, 2),
      ...transcript.upsert(message("b", "Done.", true), place, 3),
      ...transcript.upsert(command("a", "ok", true), place, 4),
    ];
    expect(itemsOf(told).map(({ ordinal, at, endedAt }) => [ordinal, at, endedAt])).toEqual([
      [8, 1, 1],
      [9, 2, undefined],
      [10, 3, 3],
      [9, 2, 4],
    ]);
  });

  it("writes a growing item at most once a second, and not before there is text", () => {
    const transcript = createTranscript(workstreamId, 0);
    const key = itemKey(place.turnId, "a");
    expect(transcript.upsert(message("a", ""), place, 0)).toEqual([]);
    expect(transcript.flush(5_000)).toEqual([]);
    const written: number[] = [];
    for (let now = 5_000; now < 10_000; now += 100) {
      transcript.grow(key, "x");
      for (const item of itemsOf(transcript.flush(now))) written.push(item.at === 0 ? now : -1);
    }
    expect(written).toEqual([5_000, 6_000, 7_000, 8_000, 9_000]);
    expect(transcript.flush(20_000)).toHaveLength(1);
    expect(transcript.flush(30_000)).toEqual([]);
  });

  it("bounds what grows, and says that it was cut until the whole comes", () => {
    const transcript = createTranscript(workstreamId, 0);
    transcript.upsert(message("a", ""), place, 0);
    transcript.upsert(command("b"), place, 0);
    for (const id of ["a", "b"]) {
      for (let nth = 0; nth < 70; nth += 1) transcript.grow(itemKey(place.turnId, id), "x".repeat(1_000));
    }
    const [said, ran] = itemsOf(transcript.flush(5_000));
    expect(said).toMatchObject({ truncated: true, body: { text: "x".repeat(itemTextLimit) } });
    expect(ran).toMatchObject({ truncated: true, body: { output: "x".repeat(4_000) } });
    const [whole] = itemsOf(transcript.upsert(command("b", "all", true), place, 6_000));
    expect(whole).toMatchObject({ body: { output: "all" } });
    expect(whole?.truncated).toBeUndefined();
  });

  it("ends what is open when the turn ends, and keeps the place of what is told once more after that", () => {
    const transcript = createTranscript(workstreamId, 0);
    transcript.upsert(command("a"), place, 1);
    const [cut] = itemsOf(transcript.endTurn(2));
    expect(cut).toMatchObject({ ordinal: 1, endedAt: 2 });
    transcript.add({ kind: "notice", level: "info", text: "Note" }, { id: "n" }, 3);
    expect(itemsOf(transcript.upsert(command("a", "late", true), place, 4))).toMatchObject([{ ordinal: 1, at: 1 }]);
    const next = { ...place, turnId: "t0000000002" };
    expect(itemsOf(transcript.upsert(command("a", "", true), next, 5))).toMatchObject([{ ordinal: 3 }]);
  });

  it("keeps a bounded number of items open", () => {
    const transcript = createTranscript(workstreamId, 0);
    const told = Array.from({ length: 1_000 }, (_, nth) => transcript.upsert(command(`c${nth}`), place, nth)).flat();
    expect(itemsOf(told).filter((item) => item.endedAt !== undefined)).toHaveLength(800);
    expect(transcript.endTurn(2_000)).toHaveLength(200);
  });

  it("has no gap and no number twice, whatever an agent tells", () => {
    const id = fc.constantFrom("a", "b", "c");
    const step = fc.oneof(
      fc.record({ do: fc.constant("upsert" as const), id, ended: fc.boolean(), text: fc.string() }),
      fc.record({ do: fc.constant("grow" as const), id, text: fc.string() }),
      fc.record({ do: fc.constantFrom("flush" as const, "endTurn" as const, "note" as const, "turn" as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const transcript = createTranscript(workstreamId, 0);
        const rows = new Map<string, Item>();
        let now = 0;
        let turn = 1;
        for (const each of steps) {
          now += 700;
          const at = { ...place, turnId: `t${String(turn).padStart(10, "0")}` };
          const events: Event[] = [];
          if (each.do === "upsert") events.push(...transcript.upsert(message(each.id, each.text, each.ended), at, now));
          else if (each.do === "grow") transcript.grow(itemKey(at.turnId, each.id), each.text);
          else if (each.do === "note") {
            events.push(...transcript.add({ kind: "notice", level: "info", text: "" }, { id: `n${now}` }, now));
          } else if (each.do === "turn") {
            events.push(...transcript.endTurn(now));
            turn += 1;
          } else events.push(...transcript[each.do](now));
          for (const item of itemsOf(events)) {
            expect(item.ordinal).toBe(rows.get(item.id)?.ordinal ?? item.ordinal);
            rows.set(item.id, item);
          }
        }
        for (const item of itemsOf(transcript.endTurn(now))) rows.set(item.id, item);
        const ordinals = [...rows.values()].map((item) => item.ordinal).sort((a, b) => a - b);
        expect(ordinals).toEqual(ordinals.map((_, index) => index + 1));
      }),
    );
  });
});

describe("the line of a tile", () => {
  it.each<[ItemBody, string | undefined]>([
    [{ kind: "message", text: "Two\nlines" }, "Two lines"],
    [{ kind: "message", text: " " }, undefined],
    [{ kind: "words", from: "human", text: "Mine" }, undefined],
    [{ kind: "command", command: "make", folder: "/", status: "running", output: "" }, "$ make"],
    [{ kind: "edit", files: [{ path: "a.ts", change: "added" }], status: "completed" }, "edited a.ts"],
    [{ kind: "tool", tool: "diff", arguments: "", status: "completed", result: "" }, "used diff"],
    [{ kind: "message", text: "x".repeat(5_000) }, `${"x".repeat(199)}…`],
  ])("%#", (body, line) => expect(lineOf(body)).toBe(line));
});
