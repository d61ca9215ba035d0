import { stringify } from "yaml";
import { contested } from "./plants.ts";

/** How many files the wide change touches. */
export const wideFiles = 200;

const changeMany = [
  `for number in $(seq 1 ${wideFiles}); do`,
  `  mkdir -p "src/area$((number % 12))"`,
  `  for line in 1 2 3 4 5 6 7 8; do echo "export const value_$number_$line = $((number * line));"; done > "src/area$((number % 12))/file$number.js"`,
  "done",
].join("\n");

/** Scenarios beside those of the board's tickets, by the name that chooses them. */
export const journeyScenarios: Readonly<Record<string, string>> = {
  "journey-wide": stringify({
    name: "journey-wide",
    seed: 1,
    steps: [{ run: { command: changeMany, expect: 0 } }, { commit: "Touch two hundred files" }, { say: "It is wide." }],
    replies: [
      {
        match: "review",
        steps: [{ edit: { path: "notes/reviewed.md", content: "# Reviewed\n" } }, { commit: "Take the review up" }],
      },
    ],
  }),
  "journey-talk": stringify({
    name: "journey-talk",
    seed: 1,
    steps: [
      { say: "The pigeon loft needs a second door." },
      { repeat: { times: 1_000, steps: [{ wait: { ms: 100 } }] } },
    ],
    on_steer: [{ say: "I take that up: {{steer}}" }],
  }),
  "journey-attempt": stringify({
    name: "journey-attempt",
    seed: 1,
    steps: [
      { edit: { path: contested, find: "three", replace: "three, tried" } },
      { run: { command: "echo 3 tests passed" } },
      { commit: "Try it" },
      { say: "One way to do it." },
    ],
  }),
};
