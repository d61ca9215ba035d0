import { fail, ok, type Problem, type Result } from "../../contract/errors.ts";
import { protocolVersion } from "../../contract/procedures.ts";
import { startEngine, type Engine, type EngineOptions } from "../engine.ts";
import { readLastPort, removeAddress, writeAddress, writeLastPort } from "./address.ts";
import { createCapabilities } from "./capabilities.ts";
import { createFeed } from "./feed.ts";
import { createDoors, createListener, listenOnLoopback, loopbackGate } from "./http.ts";
import { createToolDoor } from "./mcp.ts";
import { createRouter, type EngineRouter, type Readers } from "./router.ts";
import { listenOnSocket, socketGate } from "./socket.ts";

export interface ServeOptions {
  readonly engine: Omit<EngineOptions, "openDoors">;
  /** Path of the private door; the home's lock is held. */
  readonly socket: string;
  /** Of the loopback door; 0 takes the one this home had last, or a free one. */
  readonly port: number;
  readonly version: string;
}

export interface Served {
  readonly engine: Engine;
  readonly router: EngineRouter;
  /** The loopback door, without the token. */
  readonly url: string;
  /** The human's. */
  readonly token: string;
  close(): Promise<void>;
}

/**
 * Starts the engine behind its doors. They listen before the engine starts, because threads taken up again call their tools
 * at once; what comes before the engine is ready waits for it.
 */
export async function serveEngine({
  engine: options,
  socket: socketPath,
  port,
  version,
}: ServeOptions): Promise<Result<Served>> {
  const { home, log } = options;
  const clock = Date.now;
  const onFault = (name: string, thrown: unknown) => log(`${name} failed in a way nobody foresaw.`, thrown);
  const capabilities = createCapabilities({ clock });
  let given = 0;
  const loopback = createListener(
    loopbackGate(() => given),
    onFault,
  );
  const socket = createListener(socketGate, onFault);
  const undo: (() => Promise<void> | void)[] = [];
  async function close(): Promise<void> {
    // Each may rest on those opened before it.
    for (const end of undo.splice(0).reverse()) await end();
  }
  async function closed(error: Problem): Promise<Result<never>> {
    await close();
    return { ok: false, error };
  }

  const last = port === 0 ? await readLastPort(home) : port;
  const wanted = await listenOnLoopback(loopback, last);
  // A port that was only remembered may have gone to another program.
  const listening = wanted.ok || port !== 0 ? wanted : await listenOnLoopback(loopback, 0);
  if (!listening.ok) return listening;
  given = listening.value;
  const url = `http://127.0.0.1:${given}`;
  undo.push(() => loopback.close());

  const started = await startEngine({
    ...options,
    openDoors: (id) => {
      const token = capabilities.mintForWorkstream(id);
      const env = { COXSWAIN_WORKSTREAM: id, COXSWAIN_CAPABILITY: token, COXSWAIN_HOME: home };
      return Promise.resolve(ok({ url: `${url}/mcp/${token}`, env, shut: () => capabilities.revokeToken(id, token) }));
    },
  });
  if (!started.ok) return closed(started.error);
  const engine = started.value;
  undo.push(() => engine.close());

  undo.push(
    engine.journal.subscribe((envelopes) => {
      for (const { event } of envelopes) {
        const away = event.type === "workstream.moved" && (event.phase === "archived" || event.phase === "paused");
        if (away || event.type === "workstream.condemned") {
          capabilities.revokeWorkstream(event.workstreamId);
        }
      }
    }),
  );

  const human = await capabilities.openHuman(home, engine.storage);
  if (!human.ok) return closed(human.error);
  const feed = createFeed(engine);
  undo.push(() => feed.close());
  const readers: Readers = {
    async invite() {
      const minted = await capabilities.mintForReader(engine.storage);
      return minted.ok ? ok({ url, token: minted.value }) : minted;
    },
    dismiss: () => capabilities.forgetReaders(engine.storage),
  };
  const router = createRouter({ ...engine, readers, feed, clock, version, onFault });
  const tools = createToolDoor({ router, version, clock });
  const doors = createDoors({ router, capabilities, assetsDir: options.programs.renderer, tools });
  undo.push(() => doors.close());

  const privately = await listenOnSocket(socket, socketPath);
  if (!privately.ok) return closed(privately.error);
  undo.push(() => socket.close());
  try {
    await writeLastPort(home, given);
    await writeAddress(home, { pid: process.pid, protocol: protocolVersion, url, socket: socketPath });
  } catch (cause) {
    const told = fail("UNAVAILABLE", `The home ${home} cannot be written to.`, "Make it writable for you.", cause);
    return told.ok ? told : closed(told.error);
  }
  undo.push(() => removeAddress(home));
  loopback.open(doors);
  socket.open(doors);
  return ok({ engine, router, url, token: human.value, close });
}
