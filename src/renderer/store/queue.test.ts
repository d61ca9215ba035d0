import { describe, expect, it } from "vitest";
import type { AttentionItem, FleetState } from "../../contract/states.ts";
import { createReadQueue, listAnew, putAside, rowIn, suggestedAnswer, takeBack, takeNews } from "./queue.ts";
import { createQueueStore, type QueueState } from "./queue-store.ts";
import { aFleet, anAttentionItem, aRequest, aWorkstream } from "./sample-rows.ts";

const now = 10 * 3_600_000;
const minute = 60_000;

function emptyQueue(change: Partial<QueueState> = {}): QueueState {
  const store = createQueueStore({ getItem: () => null, setItem: () => {}, removeItem: () => {} });
  return { ...store.getState(), ...change };
}

const workstreams = [1, 2, 3, 4].map((number) =>
  aWorkstream({ id: `w0000000${String(number)}`, number, name: `work-${String(number)}`, phase: "failed" }),
);

function failedItem(number: number, minutes: number): AttentionItem {
  return anAttentionItem({
    id: `a0000000${String(number)}`,
    kind: "failed",
    workstreamId: `w0000000${String(number)}`,
    ask: `it failed ${String(number)}`,
    at: now - minutes * minute,
  });
}

function fleetWith(...attention: AttentionItem[]): FleetState {
  return aFleet({ workstreams, attention });
}

const three = fleetWith(failedItem(1, 30), failedItem(2, 20), failedItem(3, 10));
const names = (state: QueueState, fleet: FleetState) =>
  createReadQueue()(state, fleet, now).rows.map(({ number, gone }) => `${String(number)}${gone ? " gone" : ""}`);

function selectedIn(state: QueueState, fleet: FleetState): string | undefined {
  return rowIn(state, createReadQueue()(state, fleet, now).rows)?.id;
}

describe("the queue", () => {
  it("is shown as soon as it is known, and then moves only when it is told to", () => {
    const listed = takeNews(emptyQueue(), three, now);
    expect(names(listed, three)).toEqual(["1", "2", "3"]);
    const more = fleetWith(failedItem(1, 30), failedItem(2, 20), failedItem(3, 10), failedItem(4, 60));
    const later = takeNews(listed, more, now);
    expect(names(later, more)).toEqual(["1", "2", "3"]);
    expect(createReadQueue()(later, more, now).arrived).toBe(1);
    expect(names(listAnew(later, more, now), more)).toEqual(["4", "1", "2", "3"]);
  });

  it("keeps the place of what was settled elsewhere, and drops what was settled here", () => {
    const listed = takeNews(emptyQueue({ selected: "a00000002" }), three, now);
    const without = fleetWith(failedItem(1, 30), failedItem(3, 10));
    expect(names(takeNews(listed, without, now), without)).toEqual(["1", "2 gone", "3"]);
    const mine = { ...listed, mine: new Set(["w00000002"]) };
    expect(names(mine, without)).toEqual(["1", "3"]);
    expect(selectedIn(mine, without)).toBe("a00000003");
  });

  it("selects the next one the moment one is decided, and shows it again when nothing came of it", () => {
    const listed = takeNews(emptyQueue({ selected: "a00000002" }), three, now);
    const decided = putAside(listed, three, now, new Set(["a00000002"]));
    expect(names(decided, three)).toEqual(["1", "3"]);
    expect(selectedIn(decided, three)).toBe("a00000003");
    expect(names(takeBack(decided, three, now, new Set(["a00000002"])), three)).toEqual(["1", "2", "3"]);
  });

  it("goes up when the last one is decided, and skips all that are decided together", () => {
    const listed = takeNews(emptyQueue({ selected: "a00000003" }), three, now);
    expect(selectedIn(putAside(listed, three, now, new Set(["a00000003"])), three)).toBe("a00000002");
    expect(selectedIn(putAside(listed, three, now, new Set(["a00000003", "a00000002"])), three)).toBe("a00000001");
  });

  it("lists at once what the human asked back, and selects it", () => {
    const listed = takeNews(emptyQueue({ selected: "a00000001" }), three, now);
    const snoozed = fleetWith(failedItem(1, 30), { ...failedItem(2, 20), snoozedUntil: now + minute });
    const away = takeNews(putAside(listed, snoozed, now, new Set(["a00000002"])), snoozed, now);
    const back = takeNews({ ...away, welcome: new Set(["a00000002"]) }, three, now);
    expect(names(back, three)).toEqual(["1", "2", "3"]);
    expect(back.selected).toBe("a00000002");
    expect(back.welcome.size).toBe(0);
  });

  it("says the same with the same rows, whatever else happens in the fleet", () => {
    const read = createReadQueue();
    const state = takeNews(emptyQueue(), three, now);
    const before = read(state, three, now);
    const [first] = workstreams;
    const told = { ...three, workstreams: { ...three.workstreams, w00000001: { ...first!, line: "a line" } } };
    expect(read(state, told, now + 10_000)).toBe(before);
  });

  it("leaves out what was put away", () => {
    const away = aFleet({
      workstreams: [aWorkstream({ id: "w00000001", phase: "archived" })],
      attention: [failedItem(1, 5)],
    });
    expect(names(takeNews(emptyQueue(), away, now), away)).toEqual([]);
  });
});

describe("a suggested answer", () => {
  const question = (...labels: string[]) =>
    aRequest({
      body: {
        kind: "question",
        waits: true,
        questions: [
          {
            id: "q",
            header: "",
            text: "?",
            options: labels.map((label) => ({ label, description: "" })),
            freeText: false,
          },
        ],
      },
    });

  it("is the one that its author recommends, and none where it recommends none or two", () => {
    expect(suggestedAnswer(question("Red", "Blue (Recommended)"))).toEqual({ number: 2, label: "Blue" });
    expect(suggestedAnswer(question("Red", "Blue"))).toBeUndefined();
    expect(suggestedAnswer(question("Red (recommended)", "Blue (Recommended)"))).toBeUndefined();
    expect(suggestedAnswer(aRequest())).toBeUndefined();
  });
});

it("keeps split, selection and what is muted for the next page, and starts anew from what is damaged", () => {
  const kept = new Map<string, string>();
  const shelf = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  createQueueStore(shelf).setState({ split: "land", selected: "a1", muted: new Set(["w1"]) });
  expect(createQueueStore(shelf).getState()).toMatchObject({ split: "land", selected: "a1", muted: new Set(["w1"]) });
  for (const damaged of ["{", "[]", "7", '{"split":"x","selected":4,"muted":{}}']) {
    kept.set("cox.queue", damaged);
    expect(createQueueStore(shelf).getState()).toMatchObject({ split: "blocking", selected: undefined });
  }
});
