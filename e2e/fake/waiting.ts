import type { RequestBody } from "../../src/contract/requests.ts";
import type { AttentionKind } from "../../src/contract/states.ts";
import type { FakeEngine } from "./fake-engine.ts";

const minute = 60_000;

/** Has a workstream ask for a command, as an author does that waits. */
export function askForCommand(engine: FakeEngine, number: number, command: string, minutes: number): void {
  ask(engine, number, minutes, "approval", `Allow ${command}`, {
    kind: "command",
    command,
    folder: "/home/ada/work",
    reason: "It is needed.",
    offers: ["accept", "accept-for-thread", "decline", "cancel"],
  });
}

/** Has an author ask a question; one that does not wait goes on meanwhile. */
export function askQuestion(
  engine: FakeEngine,
  number: number,
  options: { readonly text: string; readonly answers: readonly string[]; readonly waits?: boolean },
  minutes: number,
): void {
  const { text, answers, waits = true } = options;
  const labelled = answers.map((label) => ({ label, description: "" }));
  const question = { id: "q1", header: "Choice", text, options: labelled, freeText: true };
  ask(engine, number, minutes, "question", text, { kind: "question", waits, questions: [question] });
}

function ask(
  { tell, ids, state }: FakeEngine,
  number: number,
  minutes: number,
  kind: AttentionKind,
  text: string,
  body: RequestBody,
): void {
  const at = Date.now() - minutes * minute;
  const workstreamId = ids.workstream(number);
  const requestId = ids.request(number, 7);
  const row = state().workstreams[workstreamId];
  if (row === undefined) throw new Error(`There is no workstream ${String(number)}.`);
  tell({ type: "request.raised", request: { id: requestId, workstreamId, turnId: ids.turn(number, 3), at, body } });
  if (body.kind !== "question" || body.waits) tell({ type: "workstream.moved", workstreamId, phase: "asking" });
  tell({
    type: "attention.raised",
    item: { id: ids.attention(number, kind), kind, workstreamId, requestId, ask: text.slice(0, 300), at },
  });
}

/** Has an item that was raised go away by itself. */
export function withdraw({ tell, ids }: FakeEngine, number: number, kind: AttentionKind): void {
  const workstreamId = ids.workstream(number);
  tell({ type: "request.withdrawn", workstreamId, requestId: ids.request(number, 7), why: "The turn ended." });
  tell({ type: "attention.cleared", attentionId: ids.attention(number, kind) });
  tell({ type: "workstream.moved", workstreamId, phase: "working" });
}

/** Has a workstream become ready some minutes ago. */
export function becomeReady({ tell, ids }: FakeEngine, number: number, minutes: number): void {
  const workstreamId = ids.workstream(number);
  tell({ type: "workstream.moved", workstreamId, phase: "ready" });
  const at = Date.now() - minutes * minute;
  tell({
    type: "attention.raised",
    item: { id: ids.attention(number, "ready"), kind: "ready", workstreamId, ask: "ready", at },
  });
}
