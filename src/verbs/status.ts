import { z } from "zod";
import { counted, see } from "./answer.ts";
import { verb, type Answer, type Call } from "./verb.ts";
import { requestLines, statusLines } from "./workstream-text.ts";

export const status = verb({
  name: "status",
  summary: "Where a workstream stands: phase, gates, budget, what waits for the human. Without one: the whole fleet.",
  callers: ["human", "reader", "workstream"],
  readOnly: true,
  about: "maybe",
  positional: [],
  args: z.object({}),
  run: (call) => (call.workstreamId === undefined ? ofFleet(call) : ofWorkstream(call, call.workstreamId)),
});

async function ofWorkstream({ client, now }: Call<unknown>, workstreamId: string): Promise<Answer> {
  const { workstream, requests } = await client.workstream.show({ workstreamId });
  const open = Object.values(requests).flatMap(requestLines);
  const waiting = open.length === 0 ? [] : ["waiting for the human:", ...open];
  return { text: [...statusLines(workstream, now), ...waiting].join("\n"), data: { workstream, requests } };
}

async function ofFleet(call: Call<unknown>): Promise<Answer> {
  const [current, attention] = await Promise.all([call.client.workstream.list(), call.client.attention.list()]);
  const counts = new Map<string, number>();
  for (const { phase } of current) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  const phases = [...counts].map(([phase, count]) => `${count} ${phase}`).join(", ");
  const asks = attention.slice(0, 5).map(({ ask, workstreamId }) => {
    const about = current.find(({ id }) => id === workstreamId);
    return about === undefined ? ask : `#${about.number} ${ask}`;
  });
  const lines = [
    `${counted(current.length, "workstream")}${phases === "" ? "" : `: ${phases}`}`,
    ...(asks.length === 0 ? ["nothing needs you"] : [`${attention.length} need you, first:`, ...asks]),
    ...(current.length === 0 ? [] : [`see them with ${see(call, "list", {})}`]),
  ];
  return { text: lines.join("\n"), data: { workstreams: current, attention } };
}
