import { describe, expect, it } from "vitest";
import { unwrap } from "../../../contract/errors.ts";
import { paceTurn } from "./pacing.ts";
import { playTurn } from "./player.ts";
import { createCommands } from "./run-command.ts";
import { parseScenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";
import type { Cursor } from "./thread-store.ts";

/** A stage without a thread: time is a number, and what is said is kept. */
function bareStage(pace: Stage["pace"], options: { onSay?: (text: string, stage: BareStage) => void } = {}) {
  const stop = new AbortController();
  const steers: string[] = [];
  const said: string[] = [];
  let now = 0;
  let items = 0;
  const bare = { stop, steers, said, elapsed: () => now };
  const stage: Stage = {
    folder: "/nowhere",
    env: {},
    toolsUrl: undefined,
    policy: "on-request",
    allowed: new Set(),
    pace,
    commands: createCommands(),
    signal: stop.signal,
    now: () => now,
    async sleep(ms) {
      now += ms;
    },
    newItemId: () => `item-${(items += 1)}`,
    async started() {},
    async completed() {},
    async notify() {},
    async request() {
      return { answers: { q: { answers: ["B"] } } };
    },
    async said(text) {
      said.push(text);
      options.onSay?.(text, bare);
    },
    async addUsage() {},
    watch() {},
    refuseToEnd() {},
    async crashOnce() {},
    nextSteer: () => steers[0],
    async steered() {
      steers.shift();
    },
  };
  return { ...bare, stage };
}

type BareStage = Pick<ReturnType<typeof bareStage>, "stop" | "steers" | "said" | "elapsed">;

const yaml = `name: x
steps:
  - say: a
  - repeat: { times: 3, steps: [{ say: "b{{n}}" }, { say: "c{{n}}" }] }
  - ask: { id: q, header: h, question: "?", on: { B: [{ say: d }, { say: e }] } }
  - say: f
on_steer: [{ say: "steered {{steer}}" }]
`;
const scenario = unwrap(parseScenario(yaml, "x.yml"));
const whole = ["a", "b1", "c1", "b2", "c2", "b3", "c3", "d", "e", "f"];
const instant = paceTurn("instant", 1, scenario.steps, "scenario");

async function play(from: Cursor, stage: Stage) {
  const saved: Cursor[] = [];
  const script = {
    name: "steps",
    steps: scenario.steps,
    from,
    onSteer: scenario.on_steer,
    save: async (at: Cursor) => void saved.push(at),
  };
  return { end: await playTurn(script, stage), saved };
}

describe("a script", () => {
  it("is played in order, through rounds and branches", async () => {
    const { stage, said } = bareStage(instant);
    expect((await play([], stage)).end).toEqual({ status: "completed" });
    expect(said).toEqual(whole);
  });

  it("goes on from every place that was saved, as if it had never stopped", async () => {
    const first = bareStage(instant);
    const places: { at: Cursor; saidBefore: number }[] = [];
    const script = {
      name: "steps",
      steps: scenario.steps,
      from: [],
      onSteer: [],
      save: async (at: Cursor) => void places.push({ at, saidBefore: first.said.length }),
    };
    await playTurn(script, first.stage);
    expect(places.length).toBeGreaterThan(whole.length);
    for (const { at, saidBefore } of places) {
      const { stage, said } = bareStage(instant);
      await play(at, stage);
      expect([...whole.slice(0, saidBefore), ...said]).toEqual(whole);
    }
  });

  it("counts the interrupted step as played and plays the rest later", async () => {
    const cut = bareStage(instant, { onSay: (text, { stop }) => text === "b2" && stop.abort() });
    const { end, saved } = await play([], cut.stage);
    expect(end).toEqual({ status: "interrupted" });
    const { stage, said } = bareStage(instant);
    await play(saved.at(-1) ?? [], stage);
    expect([...cut.said, ...said]).toEqual(whole);
  });

  it("takes steers up between its steps, also after the last", async () => {
    const { stage, said } = bareStage(instant, {
      onSay: (text, { steers }) => void (["a", "f"].includes(text) && steers.push(`after ${text}`)),
    });
    await play([], stage);
    expect(said).toEqual(["a", "steered after a", ...whole.slice(1), "steered after f"]);
  });

  it("takes as long as the pace says", async () => {
    const { stage, elapsed } = bareStage(paceTurn("lively", 5, scenario.steps, "scenario"));
    await play([], stage);
    expect(elapsed()).toBeGreaterThan(15_000);
    expect(elapsed()).toBeLessThan(90_000);
  });
});
