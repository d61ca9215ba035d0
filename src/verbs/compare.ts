import { z } from "zod";
import type { Attempt } from "../contract/attempts.ts";
import { ago, oneLine, theWorkstream } from "./answer.ts";
import { verb } from "./verb.ts";

export const compare = verb({
  name: "compare",
  summary: "All attempts at a workstream's ticket, side by side: what each changed, ran, said and cost.",
  callers: ["human", "reader"],
  readOnly: true,
  about: "one",
  positional: [],
  args: z.object({}),
  async run(call) {
    const told = await call.client.workstream.compare({ workstreamId: theWorkstream(call) });
    const { attempts, ticket, leftOut } = told;
    const lines = [
      oneLine(ticket.title, 120),
      ...attempts.flatMap((attempt) => linesOf(attempt, call.now)),
      ...(leftOut > 0 ? [`${String(leftOut)} more attempts were put away.`] : []),
      ...(attempts.length === 1 ? ["There is one attempt. `cox start --ticket KEY --attempts 2` starts others."] : []),
    ];
    return { text: lines.join("\n"), data: told };
  },
});

function linesOf(attempt: Attempt, now: number): string[] {
  const { workstream, added, removed, files, moreFiles, commits, moreCommits, tests, message, problem } = attempt;
  const { number, name, phase, agent, model, spent, turns, kept } = workstream;
  const by = model === undefined ? agent : `${agent}, ${model}`;
  const size = `+${String(added)} −${String(removed)} in ${String(files.length + moreFiles)} files`;
  const count = `${String(commits.length)}${moreCommits ? "+" : ""} commits`;
  return [
    `#${String(number)} ${name}  ${phase}  ${by}${kept === undefined ? "" : `  kept: ${oneLine(kept.why, 80)}`}`,
    `  ${size}, ${count}, ${String(turns)} turns, ${String(spent.tokens.total)} tokens, ${String(Math.round(spent.minutes))} min`,
    ...(problem === undefined ? [] : [`  ${problem.message}`]),
    ...tests.map(({ command, exitCode, at }) => `  ${oneLine(command, 80)}: ${exitWords(exitCode)}, ${ago(at, now)}`),
    ...(message === undefined ? [] : [`  said last: ${oneLine(message.text, 160)}`]),
  ];
}

function exitWords(exitCode: number | undefined): string {
  return exitCode === undefined ? "not told how it ended" : `exit ${String(exitCode)}`;
}
