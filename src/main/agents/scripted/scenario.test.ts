import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unwrap } from "../../../contract/errors.ts";
import { fillIn, parseScenario, unrolledSteps } from "./scenario.ts";

const shipped = join(import.meta.dirname, "scenarios");
const files = readdirSync(shipped);

describe("a scenario file", () => {
  it.each(files)("%s that comes with the program is one, and is named as its file", (file) => {
    const scenario = unwrap(parseScenario(readFileSync(join(shipped, file), "utf8"), file));
    expect(`${scenario.name}.yml`).toBe(file);
  });

  it("may hold every kind of step", () => {
    const scenario = unwrap(
      parseScenario(
        `
name: all
seed: 3
steps:
  - say: words
  - think: thoughts
  - plan: [{ step: one, status: pending }]
  - edit: { path: a.txt, content: a }
  - edit: { path: a.txt, find: a, replace: b }
  - delete: a.txt
  - run: { command: "true", expect: 0 }
  - approve: { command: "true", reason: why, on_accept: [{ say: yes }], on_decline: [{ say: no }] }
  - ask: { id: q, header: h, question: q, options: [{ label: A, description: a }], on: { A: [{ say: a }] } }
  - commit: message
  - wait: { ms: 1 }
  - tool: { name: status, arguments: { deep: [1, { a: null }] } }
  - repeat: { times: 2, steps: [{ say: again }] }
  - usage: { input: 3, cached: 1, output: 2 }
  - hang: true
  - crash: true
  - flood: { bytes: 10 }
  - refuse_end: true
  - lie: { path: a.txt }
  - fail: message
on_steer:
  - say: "{{steer}}"
replies:
  - match: commit
    steps: [{ commit: now }]
`,
        "all.yml",
      ),
    );
    expect(scenario.steps.map(({ kind }) => kind)).toHaveLength(20);
    expect(scenario.steps.find(({ kind }) => kind === "approve")?.body).toMatchObject({
      on_accept: [{ kind: "say", body: "yes" }],
    });
    expect(unrolledSteps(scenario.steps)).toBe(20 + 1 + 1 + 2);
  });

  it.each([
    ["two keys in a step", "steps: [{ say: a, think: b }]", "one key"],
    ["an unknown step", "steps: [{ shout: a }]", "shout"],
    ["a wrong body", "steps: [{ run: { cmd: ls } }]", "command"],
    ["a wrong body deep inside", "steps: [{ repeat: { times: 2, steps: [{ wait: { ms: -1 } }] } }]", "ms"],
    ["an unknown key at the top", "steps: []\nfoo: 1", "foo"],
    ["a reply that is no pattern", 'steps: []\nreplies: [{ match: "(", steps: [] }]', "regular expression"],
  ])("is refused with %s, and the cause says where", (_, yaml, word) => {
    expect(parseScenario(`name: x\n${yaml}`, "x.yml")).toMatchObject({
      ok: false,
      error: { code: "BAD_REQUEST", cause: expect.stringContaining(word) as unknown },
    });
  });

  it("is refused when it is not YAML, or comes to too many steps", () => {
    expect(parseScenario("name: [", "x.yml")).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
    const deep =
      "name: x\nsteps: [{ repeat: { times: 10000, steps: [{ repeat: { times: 10000, steps: [{ say: a }] } }] } }]";
    expect(parseScenario(deep, "x.yml")).toMatchObject({ ok: false, error: { code: "TOO_LARGE" } });
  });
});

describe("filling in", () => {
  it("replaces known names at any depth and leaves the others", () => {
    expect(fillIn({ a: ["{{steer}} {{ steer }} {{other}}", 3] }, { steer: "$& go" })).toEqual({
      a: ["$& go $& go {{other}}", 3],
    });
  });
});
