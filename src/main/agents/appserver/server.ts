import { fail, ok, problem } from "../../../contract/errors.ts";
import type { Problem, Result } from "../../../contract/errors.ts";
import type { AgentProcess } from "../agent.ts";
import { pause } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { openConnection } from "./connection.ts";
import type { Connection, Launch } from "./connection.ts";
import { initializeResultSchema, methods } from "./protocol.ts";
import type { RpcId } from "./protocol.ts";

const initializeMs = 20_000;
/** A process that lived this long was well; the next start does not wait for what came before. */
const wellMs = 10_000;
const firstWaitMs = 250;
const longestWaitMs = 30_000;

/** Told so often, and used so little, that the server is asked to leave them out. */
const unwanted = [
  "thread/started",
  "thread/status/changed",
  "thread/settings/updated",
  "turn/diff/updated",
  "item/fileChange/outputDelta",
  "item/fileChange/patchUpdated",
  "item/commandExecution/terminalInteraction",
  "item/mcpToolCall/progress",
  "item/plan/delta",
  "mcpServer/startupStatus/updated",
  "skills/changed",
];

/** One running process. `generation` tells its requests from those of any other process, past or future. */
export interface Live {
  readonly connection: Connection;
  readonly generation: string;
}

export interface ServerDeps {
  readonly launch: () => Promise<Result<Launch>>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly onNotification: (method: string, params: unknown) => void;
  readonly onRequest: (live: Live, id: RpcId, method: string, params: unknown) => void;
  /** The process is gone; the next {@link Server.ready} starts another. */
  readonly onGone: (why: Problem) => void;
}

export interface Server {
  /** The running process, started when there is none. After exits in quick succession it waits longer and longer. */
  ready(): Promise<Result<Live>>;
  processes(): readonly AgentProcess[];
  /** Ends the process; the next {@link Server.ready} starts another. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Keeps one process at most, and starts it when it is needed. */
export function createServer(deps: ServerDeps): Server {
  const { clock } = deps;
  let live: (Live & AgentProcess) | undefined;
  let starting: Promise<Result<Live>> | undefined;
  let opening: Connection | undefined;
  let shut = false;
  let exits = 0;
  let lastExit = 0;
  let starts = 0;

  function nextStart(): number {
    if (exits === 0) return 0;
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** (exits - 1)) * (0.5 + clock.random() / 2);
    return Math.max(0, lastExit + wait - clock.steady());
  }

  async function start(): Promise<Result<Live>> {
    const launch = await deps.launch();
    if (!launch.ok) return launch;
    await pause(clock, nextStart());
    if (shut) return closed();
    const startedAt = clock.steady();
    const generation = `${clock.now().toString(36)}-${++starts}`;
    const connection = openConnection({
      launch: launch.value,
      clock,
      log: deps.log,
      onNotification: deps.onNotification,
      onRequest: (id, method, params) => deps.onRequest(made, id, method, params),
      onClosed(why) {
        live = undefined;
        lastExit = clock.steady();
        exits = lastExit - startedAt > wellMs ? 1 : exits + 1;
        deps.onGone(why);
      },
    });
    opening = connection;
    const made: Live = { connection, generation };
    const greeted = await greet(connection);
    opening = undefined;
    if (!greeted.ok) {
      await connection.close();
      return greeted;
    }
    if (connection.pid === undefined) return closed();
    const program = [launch.value.command, ...launch.value.args].join(" ");
    live = { ...made, pid: connection.pid, program };
    return ok(live);
  }

  return {
    ready() {
      if (shut) return Promise.resolve(closed());
      if (live !== undefined) return Promise.resolve(ok(live));
      starting ??= start().finally(() => {
        starting = undefined;
      });
      return starting;
    },
    processes() {
      return live === undefined ? [] : [{ pid: live.pid, program: live.program }];
    },
    async restart() {
      await live?.connection.close();
    },
    async close() {
      shut = true;
      await opening?.close();
      await starting;
      await live?.connection.close();
    },
  };
}

function closed(): Result<never> {
  return { ok: false, error: problem("UNAVAILABLE", "The agent was closed.", "Start the engine again.") };
}

async function greet(connection: Connection): Promise<Result<void>> {
  const answer = await connection.request(
    methods.initialize,
    {
      clientInfo: { name: "coxswain", title: "Coxswain", version: "0.1.0" },
      capabilities: { experimentalApi: true, requestAttestation: false, optOutNotificationMethods: unwanted },
    },
    initializeMs,
  );
  if (!answer.ok) return answer;
  if (!initializeResultSchema.safeParse(answer.value).success) {
    return fail(
      "VERSION_MISMATCH",
      "The agent does not speak the app-server protocol.",
      "Install the pinned version: `cox doctor` says how.",
    );
  }
  connection.notify(methods.initialized);
  return ok(undefined);
}
