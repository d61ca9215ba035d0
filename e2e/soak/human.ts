import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import { seededRandom } from "../../src/main/agents/scripted/pacing.ts";
import type { Client } from "../../src/contract/procedures.ts";
import { fold } from "../../src/contract/fold.ts";
import { emptyFleetState, restingPhases, type FleetState, type Workstream } from "../../src/contract/states.ts";

/** A workstream that has not come to its end in this time is stopped, in milliseconds. */
const patience = 4 * 60_000;
/** How often the human looks at everything, and goes on to look at another workstream in full, in milliseconds. */
const lookEvery = 1_000;
const watchFor = 10_000;

export interface Deeds {
  started: number;
  answered: number;
  steered: number;
  stopped: number;
  watched: number;
  finished: number;
  deleted: number;
  /** Calls that were refused; a request that is gone before its answer comes is the usual one. */
  refused: number;
}

export interface Human {
  readonly deeds: Readonly<Deeds>;
  live(): number;
  /** Rejects when the connection ends by itself or what it hears does not fit. */
  readonly broken: Promise<never>;
  close(): void;
}

/**
 * Somebody with a window open who never runs out of work: answers what is asked, steers now and then, looks at one
 * workstream after the other, stops what takes too long, puts away what has ended and starts the same ticket again.
 */
export async function createHuman({ url, token }: { url: string; token: string }, seed: number): Promise<Human> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, [`cox.${token}`]);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("the engine's WebSocket did not open")));
  });
  const client = createORPCClient<Client>(new RPCLink({ websocket: socket }));
  const random = seededRandom(seed);
  const deeds: Deeds = {
    started: 0,
    answered: 0,
    steered: 0,
    stopped: 0,
    watched: 0,
    finished: 0,
    deleted: 0,
    refused: 0,
  };
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  /** What was done already: requests answered, turns steered, workstreams stopped or put away. */
  const done = new Set<string>();
  let state: FleetState = emptyFleetState;
  let closed = false;

  function once(key: string, deed: keyof Deeds, call: () => Promise<unknown>): void {
    if (done.has(key)) return;
    done.add(key);
    call().then(
      () => (deeds[deed] += 1),
      () => (deeds.refused += 1),
    );
  }

  async function hear(): Promise<void> {
    for await (const frame of await client.feed.fleet({})) {
      if (frame.kind === "snapshot") state = frame.state;
      else state = frame.envelopes.reduce(fold, state);
    }
    if (!closed) throw new Error("the feed ended");
  }

  function look(): void {
    for (const request of Object.values(state.requests)) {
      const { id, workstreamId, body } = request;
      const first = (options: readonly { label: string }[]) => [options[0]?.label ?? "yes"];
      const decision =
        body.kind === "question"
          ? {
              kind: "answers" as const,
              answers: Object.fromEntries(body.questions.map((each) => [each.id, first(each.options)])),
            }
          : { kind: "accept" as const };
      once(id, "answered", () => client.workstream.answer({ workstreamId, requestId: id, decision }));
    }
    for (const row of Object.values(state.workstreams)) attend(row);
  }

  /** One in four is kept; the others are deleted, if what they hold is held elsewhere. */
  async function putAway(workstreamId: string): Promise<void> {
    const archive = () => client.workstream.archive({ workstreamId });
    if (deeds.finished % 4 === 3) return void (await archive());
    await client.workstream.delete({ workstreamId }).then(() => (deeds.deleted += 1), archive);
  }

  function attend(row: Workstream): void {
    const workstreamId = row.id;
    if (row.phase === "archived" || row.phase === "deleting") return;
    if (row.phase === "ready" || restingPhases.includes(row.phase)) {
      once(`${row.id} away`, "finished", async () => {
        await putAway(workstreamId);
        await client.workstream.start({ projectId: row.projectId, ticketKey: row.ticket.key, attempts: 1 });
        deeds.started += 1;
      });
      return;
    }
    if (Date.now() - row.createdAt > patience)
      once(`${row.id} stop`, "stopped", () => client.workstream.stop({ workstreamId, reason: "It takes too long." }));
    const turn = row.turn;
    if (turn?.status !== "running" || done.has(`${turn.id} considered`) || Date.now() - turn.startedAt < 3_000) return;
    done.add(`${turn.id} considered`);
    const when = random() < 0.2 ? "interrupt" : random() < 0.5 ? "now" : "next";
    if (random() < 0.3)
      once(`${turn.id} steer`, "steered", () =>
        client.workstream.steer({ workstreamId, text: `Mind the tests of ${row.ticket.title}.`, when }),
      );
  }

  /** A window shows one workstream in full, and then another. */
  async function watchOne(): Promise<void> {
    const rows = Object.values(state.workstreams).filter((row) => row.phase === "working");
    const row = rows[Math.floor(random() * rows.length)];
    if (row === undefined) return;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), watchFor);
    try {
      for await (const frame of await client.feed.workstream({ workstreamId: row.id }, { signal: stop.signal })) {
        if (frame.kind === "snapshot") deeds.watched += 1;
      }
    } catch {
      // It was watched long enough.
    } finally {
      clearTimeout(timer);
    }
  }

  async function watchOn(): Promise<void> {
    while (!closed) {
      await watchOne();
      await new Promise((resolve) => setTimeout(resolve, lookEvery));
    }
  }

  hear().catch((why: unknown) => (closed ? undefined : broken.reject(why)));
  const looking = setInterval(look, lookEvery);
  void watchOn();

  return {
    deeds,
    live: () => Object.values(state.workstreams).filter((row) => !["archived", "ready"].includes(row.phase)).length,
    broken: broken.promise,
    close() {
      closed = true;
      clearInterval(looking);
      socket.close();
    },
  };
}
