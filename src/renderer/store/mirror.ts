import { problem, type Problem } from "../../contract/errors.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { protocolVersion } from "../../contract/procedures.ts";
import { openEngineLink, problemOfCall, type Door, type EngineClient, type EngineLink } from "../client.ts";
import { applyDetailFrame } from "./detail-mirror.ts";
import { applyFleetFrame } from "./fleet-mirror.ts";
import type { Stores } from "./stores.ts";

export interface Mirror {
  readonly link: EngineLink;
  /** Mirrors one workstream in full until the returned function is called. */
  watch(id: WorkstreamId): () => void;
  close(): void;
}

const resubscribeMs = 500;

/** Keeps the stores at what the engine says: a snapshot, then events, resumed with the last `seq` after each break. */
export function mirrorEngine(door: Door, { engine, detail, streams }: Stores): Mirror {
  /** Ends whatever follows the current connection. */
  let connection = new AbortController();
  const watched = new Map<WorkstreamId, AbortController>();
  const link = openEngineLink({
    door,
    onState(state) {
      engine.setState({ link: state });
      if (state.kind !== "open") connection.abort();
    },
    onOpen(client) {
      connection = new AbortController();
      void greet(client);
      void readAgents(client);
      const { signal } = connection;
      const onProblem = (feedProblem: Problem): void => engine.setState({ feedProblem });
      void follow(signal, () => followFleet(client, signal), onProblem);
      for (const [id, wanted] of watched) followWorkstream(client, id, wanted.signal);
    },
  });

  async function greet(client: EngineClient): Promise<void> {
    try {
      const { protocol, principal } = await client.engine.hello();
      if (protocol !== protocolVersion) link.refuse(otherVersion(protocol));
      engine.setState({ reader: principal.kind === "reader" });
    } catch {
      // The connection broke; the link opens another one and greets again.
    }
  }

  async function readAgents(client: EngineClient): Promise<void> {
    try {
      engine.setState({ agents: await client.agent.list() });
    } catch {
      // Without the list everything is offered, and the engine refuses what an agent cannot do.
    }
  }

  async function followFleet(client: EngineClient, signal: AbortSignal): Promise<void> {
    const { seq } = engine.getState();
    const frames = await client.feed.fleet(seq === undefined ? {} : { since: seq }, { signal });
    for await (const frame of frames) {
      engine.setState((state) => ({ ...applyFleetFrame(state, frame), heardAt: Date.now(), feedProblem: undefined }));
    }
  }

  function followWorkstream(client: EngineClient, workstreamId: WorkstreamId, wanted: AbortSignal): void {
    const signal = AbortSignal.any([wanted, connection.signal]);
    const read = async (): Promise<void> => {
      const seq = detail.getState().details[workstreamId]?.seq;
      const frames = await client.feed.workstream(
        { workstreamId, ...(seq === undefined ? {} : { since: seq }) },
        { signal },
      );
      for await (const frame of frames) {
        setProblem(workstreamId, undefined);
        if (frame.kind === "deltas") {
          const shown = detail.getState().details[workstreamId]?.items;
          for (const { itemId, text } of frame.deltas) {
            const item = shown?.findLast(({ id }) => id === itemId);
            if (item !== undefined) streams.append(itemId, text, item.body.kind === "command" ? "end" : "beginning");
          }
          continue;
        }
        const envelopes = frame.kind === "events" ? frame.envelopes : [];
        for (const { event } of envelopes) if (event.type === "item.upserted") streams.clear(event.item.id);
        if (frame.kind === "snapshot") for (const { id } of frame.detail.items) streams.clear(id);
        detail.setState(({ details }) => {
          const next = applyDetailFrame(details[workstreamId], frame);
          return next === undefined ? {} : { details: { ...details, [workstreamId]: next } };
        });
      }
    };
    void follow(signal, read, (feedProblem) => setProblem(workstreamId, feedProblem));
  }

  function setProblem(id: WorkstreamId, told: Problem | undefined): void {
    if (detail.getState().problems[id] === told) return;
    detail.setState(({ problems: { [id]: _old, ...problems } }) => ({
      problems: told === undefined ? problems : { ...problems, [id]: told },
    }));
  }

  return {
    link,
    watch(id) {
      const wanted = new AbortController();
      watched.set(id, wanted);
      const client = link.client();
      if (client !== undefined) followWorkstream(client, id, wanted.signal);
      return () => {
        wanted.abort();
        if (watched.get(id) === wanted) watched.delete(id);
        detail.setState(({ details: { [id]: _left, ...details } }) => ({ details }));
      };
    },
    close() {
      connection.abort();
      link.close();
    },
  };
}

/** Subscribes again whenever the engine ends a feed, until the connection or the wish for it is over. */
async function follow(
  signal: AbortSignal,
  once: () => Promise<void>,
  onProblem: (problem: Problem) => void,
): Promise<void> {
  while (!signal.aborted) {
    let told: Problem | undefined;
    try {
      await once();
    } catch (thrown) {
      told = problemOfCall(thrown);
    }
    if (signal.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, resubscribeMs));
    // A feed can break a moment before its connection is known to be lost; then the connection's own banner tells it.
    if (told !== undefined && !signal.aborted) onProblem(told);
  }
}

function otherVersion(protocol: number): Problem {
  return problem(
    "VERSION_MISMATCH",
    `This window speaks version ${String(protocolVersion)} and the engine version ${String(protocol)}.`,
    "Reload the window; if that does not help, stop the engine and start Coxswain again.",
  );
}
