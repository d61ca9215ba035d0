import type { FleetState, Workstream } from "../../src/contract/states.ts";
import type { EngineProcess } from "../engine-process.ts";
import { scenarios, type Scenario } from "./moments.ts";

/** What the human wants worked on, and what they put away; it outlives the engines. */
export interface Wishes {
  /** Titles of tickets, `Play SCENARIO N`. */
  readonly wanted: string[];
  /** Those it asked to put away or to delete: whether that was done shows in the engine's list. */
  readonly putAway: Set<string>;
  readonly deleted: Set<string>;
}

export function newWishes(): Wishes {
  return { wanted: scenarios.map((each) => `Play ${each} 1`), putAway: new Set(), deleted: new Set() };
}

export function wishFor({ wanted }: Wishes, scenario: Scenario): void {
  wanted.push(`Play ${scenario} ${wanted.filter((title) => title.startsWith(`Play ${scenario} `)).length + 1}`);
}

export function scenarioOf(title: string): string {
  return title.split(" ")[1] ?? "";
}

/** One human at one engine: does what is asked of it once, and again only at another engine, which may not have heard. */
export function createHuman({ client }: EngineProcess, { wanted, putAway, deleted }: Wishes) {
  const done = new Set<string>();
  let starting: Promise<void> | undefined;

  function once(key: string, act: () => Promise<unknown>): void {
    if (done.has(key)) return;
    done.add(key);
    // Refused because it was too late, the disk is full, or the engine is gone: it is tried again at the next look.
    void act().catch(() => done.delete(key));
  }

  function isGone(title: string): boolean {
    return putAway.has(title) || deleted.has(title);
  }

  /** What is on the list was started, what is not is started. */
  async function startMissing(state: FleetState): Promise<void> {
    const there = new Set(Object.values(state.workstreams).map((row) => row.ticket.title));
    for (const title of wanted) {
      if (there.has(title) || isGone(title) || done.has(title)) continue;
      done.add(title);
      const model = `scripted-${scenarioOf(title)}`;
      const started = client.workstream.start({ text: title, agent: "scripted", model, attempts: 1 });
      await started.catch(() => done.delete(title));
    }
  }

  function answer(state: FleetState): void {
    for (const { id, workstreamId, body } of Object.values(state.requests)) {
      const decision =
        body.kind === "question"
          ? {
              kind: "answers" as const,
              answers: Object.fromEntries(body.questions.map((each) => [each.id, [each.options[0]?.label ?? "yes"]])),
            }
          : { kind: "accept" as const };
      once(id, () => client.workstream.answer({ workstreamId, requestId: id, decision }));
    }
  }

  /** Every other one is deleted, the first is put away. */
  function clear({ id, name, ticket }: Workstream): void {
    const keeps = Number(ticket.title.split(" ").at(-1)) % 2 === 1;
    (keeps ? putAway : deleted).add(ticket.title);
    once(`${id} clear`, () =>
      keeps
        ? client.workstream.archive({ workstreamId: id })
        : client.workstream.delete({ workstreamId: id, confirm: name }),
    );
  }

  function attend(row: Workstream): void {
    const workstreamId = row.id;
    const scenario = scenarioOf(row.ticket.title);
    const turn = row.turn?.status === "running" ? row.turn.id : undefined;
    // The slow command takes ten minutes: the human says so, and then has it ended.
    if (scenario === "slow" && turn !== undefined && row.line.startsWith("$ ")) {
      once(turn, async () => {
        await client.workstream.steer({ workstreamId, text: "This takes long.", when: "now" });
        await client.workstream.steer({ workstreamId, text: "Do not wait for it.", when: "interrupt" });
      });
    }
    if (scenario === "hang" && turn !== undefined) once(turn, () => client.workstream.stop({ workstreamId }));
    // What was agreed to may still be refused, by a full disk for one: then it is asked for again.
    if (row.phase === "paused") done.delete(`${row.id} pause`);
    if (row.phase === "deleting") done.delete(`${row.id} clear`);
    if (scenario === "hang" && row.phase === "stopped" && turn === undefined)
      once(`${row.id} pause`, () => client.workstream.pause({ workstreamId }));
    if (row.phase === "paused" && row.place.gitDir === undefined) clear(row);
    // Killed too often in a row, it asks the human; who has it go on.
    if (row.phase === "failed") once(`${row.id} ${row.turns}`, () => client.workstream.retry({ workstreamId }));
  }

  return {
    look(state: FleetState): void {
      starting ??= startMissing(state)
        .catch(() => undefined)
        .finally(() => (starting = undefined));
      answer(state);
      for (const row of Object.values(state.workstreams)) attend(row);
    },
    atRest(state: FleetState): boolean {
      const rows = Object.values(state.workstreams).filter((row) => row.phase !== "archived");
      const there = new Map(rows.map((row) => [row.ticket.title, row.phase]));
      return wanted.every((title) => there.get(title) === "ready" || (!there.has(title) && isGone(title)));
    },
  };
}
