import { spawn, type ChildProcess } from "node:child_process";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { createORPCClient } from "@orpc/client";
import { RPCLink as HttpLink } from "@orpc/client/fetch";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import { z } from "zod";
import { engineFlags } from "../../scripts/start.mjs";
import { scenarioEnvironment } from "../../e2e/scenarios/repositories.ts";
import type { Envelope } from "../../src/contract/events.ts";
import type { Client } from "../../src/contract/procedures.ts";
import type { Stage } from "./stage.ts";

const announced = z.object({ url: z.string(), token: z.string(), pid: z.number() });

/** The built engine as a process of its own, as `npm start -- --headless --json` has it. */
export interface BenchEngine {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
  /** Ends it in an orderly way; resolves when it is gone. */
  end(): Promise<void>;
}

export interface EngineOptions {
  /** The name of its home in the stage's folder; an earlier engine may have left it. */
  readonly home: string;
  readonly args?: readonly string[];
  readonly pace?: "instant" | "lively";
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built engine and waits until it has said where it answers. */
export async function startEngine(stage: Stage, options: EngineOptions): Promise<BenchEngine> {
  const home = path.join(stage.folder, options.home);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const child = spawn(
    process.execPath,
    [...engineFlags, stage.program, "--headless", "--json", "--home", home, ...(options.args ?? [])],
    {
      env: {
        ...scenarioEnvironment,
        // The socket lies in the runtime folder of whoever runs this otherwise.
        XDG_RUNTIME_DIR: "",
        COXSWAIN_PACE: options.pace ?? "instant",
        ...options.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let ending = false;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  void gone.then(() => ending || stage.breakWith("the engine ended by itself"));
  const end = async () => {
    ending = true;
    child.kill("SIGTERM");
    await gone;
  };
  stage.onEnd(end);
  return { ...announced.parse(JSON.parse(await firstLine(child))), end };
}

function firstLine(child: ChildProcess): Promise<string> {
  const { stdout, stderr } = child;
  return new Promise((resolve, reject) => {
    if (stdout === null || stderr === null) throw new Error("no pipes");
    let complaints = "";
    stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
    createInterface(stdout).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the engine ended with ${code}: ${complaints}`)));
  });
}

/** Calls over HTTP, as `cox` and scripts make them. */
export function clientOf({ url, token }: BenchEngine): Client {
  return createORPCClient(new HttpLink({ url: `${url}/rpc`, headers: { authorization: `Bearer ${token}` } }));
}

/** A subscriber over one WebSocket, as a window is: it hears of the fleet and of every workstream it was told to watch. */
export interface Subscriber {
  readonly client: Client;
  /** Every envelope of the fleet's feed so far. */
  readonly heard: readonly Envelope[];
  /** Streamed characters of watched workstreams so far. */
  characters(): number;
  /** Resolves with the first envelope from number `from` on that fits; fails after two minutes. */
  next(what: string, fits: (envelope: Envelope) => boolean, from?: number): Promise<Envelope>;
  /** The same for one envelope per workstream; answers when the last was heard. */
  forEach(what: string, ids: readonly string[], type: Envelope["event"]["type"], from?: number): Promise<Envelope[]>;
  watch(workstreamId: string): void;
  close(): void;
}

const patienceMs = 120_000;

export async function subscribe(stage: Stage, { url, token }: BenchEngine): Promise<Subscriber> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, [`cox.${token}`]);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("the engine's WebSocket did not open")));
  });
  const client = createORPCClient<Client>(new SocketLink({ websocket: socket }));
  const heard: Envelope[] = [];
  const wakers = new Set<() => void>();
  let characters = 0;

  async function hearFleet(): Promise<void> {
    for await (const frame of await client.feed.fleet({})) {
      if (frame.kind !== "events") continue;
      heard.push(...frame.envelopes);
      for (const wake of wakers) wake();
    }
  }

  async function hearWorkstream(workstreamId: string): Promise<void> {
    for await (const frame of await client.feed.workstream({ workstreamId })) {
      if (frame.kind === "deltas") for (const { text } of frame.deltas) characters += text.length;
    }
  }

  // Feeds end with the socket.
  void hearFleet().catch(() => undefined);

  function next(what: string, fits: (envelope: Envelope) => boolean, from = 0): Promise<Envelope> {
    return new Promise((resolve, reject) => {
      let looked = from;
      const look = () => {
        for (; looked < heard.length; looked += 1) {
          const envelope = heard[looked];
          if (envelope === undefined || !fits(envelope)) continue;
          stop();
          resolve(envelope);
          return;
        }
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`${what} did not come about; last heard: ${JSON.stringify(heard.slice(-3))}`));
      }, patienceMs);
      function stop(): void {
        clearTimeout(timer);
        wakers.delete(look);
      }
      wakers.add(look);
      look();
    });
  }

  const close = () => socket.close();
  stage.onEnd(close);
  return {
    client,
    heard,
    characters: () => characters,
    next,
    forEach: (what, ids, type, from) =>
      Promise.all(
        ids.map((id) =>
          next(what, ({ event }) => event.type === type && "workstreamId" in event && event.workstreamId === id, from),
        ),
      ),
    watch: (id) => void hearWorkstream(id).catch(() => undefined),
    close,
  };
}

/** A scenario that keeps its turn open and does nothing: whatever time passes is not the author's. */
export const idleAuthor = "scripted-hang";

/** Stops workstreams, and waits until each has come to rest. */
export async function stopWorkstreams(subscriber: Subscriber, ids: readonly string[]): Promise<void> {
  const from = subscriber.heard.length;
  await Promise.all(ids.map((workstreamId) => subscriber.client.workstream.stop({ workstreamId })));
  await subscriber.forEach("the turns' ends", ids, "turn.ended", from);
}

/** Starts one workstream of the scripted agent, or of `agent`, on the engine's only project. */
export async function startWorkstream(
  { client }: Subscriber,
  title: string,
  model: string,
  agent = "scripted",
): Promise<string> {
  const [row] = await client.workstream.start({ text: title, agent, model, attempts: 1 });
  if (row === undefined) throw new Error("nothing was started");
  return row.id;
}
