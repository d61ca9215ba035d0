import { z } from "zod";
import { spentBetween, type TurnFacts, type Usage } from "../contract/usage.ts";
import { theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";
import { limitsText } from "./workstream-text.ts";

export const usage = verb({
  name: "usage",
  summary: "What a workstream cost: tokens by kind and turn, time by phase, and the human's attention.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "one",
  positional: [],
  args: z.object({
    turns: z.coerce.number().int().min(0).max(200).default(10).describe("How many of the newest turns"),
  }),
  async run(call) {
    const told = await call.client.workstream.usage({ workstreamId: theWorkstream(call) });
    return { text: textOf(told, call.args.turns), data: told };
  },
});

function textOf({ spent, budget, turns, phases, human }: Usage, newest: number): string {
  const { input, cached, output, total } = spent.tokens;
  const limits = Object.keys(budget).length === 0 ? "" : `, of ${limitsText(budget)}`;
  const money = spent.money === undefined ? "" : `, ${spent.money.toFixed(2)} spent`;
  const commands = human.commands.map(({ name, count }) => `${name} ${count}×`).join(", ");
  const times = human.continues === 1 ? "once" : `${human.continues} times`;
  return [
    `${total} tokens (${input} in, ${cached} of them cached; ${output} out), ${spent.minutes.toFixed(1)} minutes${money}${limits}`,
    `time: ${phases.map(({ phase, ms }) => `${phase} ${duration(ms)}`).join(", ") || "not on record"}`,
    `human: ${duration(human.focusedMs)} of attention${commands === "" ? "" : `; ${commands}`}; told to go on ${times}`,
    ...(newest === 0 ? [] : turns.slice(-newest).map(turnText)),
  ].join("\n");
}

function turnText({ number, cause, openedAt, endedAt, outcome, before, after }: TurnFacts): string {
  const tokens =
    before === undefined || after === undefined ? "" : `, ${spentBetween(before, after).tokens.total} tokens`;
  const time = endedAt === undefined ? "" : `, ${duration(endedAt - openedAt)}`;
  return `turn ${number} (${cause}): ${outcome ?? "running"}${time}${tokens}`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
