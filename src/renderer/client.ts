import { createORPCClient, ORPCError } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import { ResponseValidationPlugin } from "@orpc/contract/plugins";
import { z } from "zod";
import { errorCodeSchema, problem, problemOf, problemSchema, type Problem } from "../contract/errors.ts";
import { channels } from "../contract/channels.ts";
import { contract, type Client } from "../contract/procedures.ts";

/** zod compiles validators with `new Function` where it may; the content security policy forbids it, so it does not try. */
z.config({ jitless: true });

export type EngineClient = Client;

/** How we stand with the engine. Times are milliseconds since the epoch. */
export type LinkState =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  | { readonly kind: "lost"; readonly since: number; readonly retryAt: number }
  | { readonly kind: "refused"; readonly problem: Problem };

/** Where the engine is reached: over a socket with a token, or over a port that the desktop host hands in. */
export type Door =
  | { readonly kind: "socket"; readonly url: string; readonly token: string }
  | { readonly kind: "port"; readonly window: Window };

export interface EngineLink {
  /** The client of the open connection; undefined while there is none. */
  client(): EngineClient | undefined;
  /** Tries at once instead of waiting for the next try. */
  retryNow(): void;
  /** Ends for good with a problem the human has to solve. */
  refuse(problem: Problem): void;
  close(): void;
}

export interface LinkOptions {
  readonly door: Door;
  readonly onState: (state: LinkState) => void;
  readonly onOpen: (client: EngineClient) => void;
  readonly now?: () => number;
}

const firstWaitMs = 250;
const longestWaitMs = 10_000;
const openWithinMs = 10_000;

/** What a connection ended with: `refused` when trying again the same way cannot help. */
interface Ending {
  readonly refused?: Problem;
  /** Not opened, yet the server answers: refused, or it came back a moment too late. */
  readonly doubtful?: true;
}

interface Attempt {
  readonly opened: Promise<EngineClient | undefined>;
  readonly ended: Promise<Ending>;
  close(): void;
}

/** Keeps one connection to the engine, and opens it again with growing pauses whenever it ends. */
export function openEngineLink({ door, onState, onOpen, now = Date.now }: LinkOptions): EngineLink {
  let closed = false;
  let current: EngineClient | undefined;
  let attempt: Attempt | undefined;
  let wake = () => {};

  async function keepOpen(): Promise<void> {
    let waitMs = firstWaitMs;
    let lostSince: number | undefined;
    let doubts = 0;
    onState({ kind: "connecting" });
    while (!isClosed()) {
      attempt = door.kind === "socket" ? openSocket(door) : openPort(door);
      current = await attempt.opened;
      if (current !== undefined && !isClosed()) {
        waitMs = firstWaitMs;
        lostSince = undefined;
        onState({ kind: "open" });
        onOpen(current);
      }
      const { refused, doubtful } = await attempt.ended;
      current = undefined;
      if (isClosed()) return;
      doubts = doubtful === true ? doubts + 1 : 0;
      if (refused !== undefined || doubts >= 2) return refuse(refused ?? wrongToken);
      lostSince ??= now();
      onState({ kind: "lost", since: lostSince, retryAt: now() + waitMs });
      await pause(waitMs);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    }
  }

  function isClosed(): boolean {
    return closed;
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  function refuse(told: Problem): void {
    closed = true;
    current = undefined;
    attempt?.close();
    onState({ kind: "refused", problem: told });
  }

  void keepOpen();
  return {
    client: () => current,
    retryNow: () => wake(),
    refuse,
    close() {
      closed = true;
      attempt?.close();
      wake();
    },
  };
}

const validated = { plugins: [new ResponseValidationPlugin(contract)] };

function openSocket({ url, token }: Extract<Door, { kind: "socket" }>): Attempt {
  const socket = new WebSocket(url, [`cox.${token}`]);
  socket.binaryType = "arraybuffer";
  const client: EngineClient = createORPCClient(new SocketLink({ websocket: socket, ...validated }));
  let wasOpen = false;
  const tooLong = setTimeout(() => socket.close(), openWithinMs);
  const opened = new Promise<EngineClient | undefined>((resolve) => {
    socket.addEventListener("open", () => {
      wasOpen = true;
      clearTimeout(tooLong);
      resolve(client);
    });
    socket.addEventListener("close", () => resolve(undefined));
  });
  const ended = new Promise<Ending>((resolve) => {
    socket.addEventListener("close", (event) => {
      clearTimeout(tooLong);
      if (isRefusal(event.code)) resolve({ refused: wrongToken });
      else if (wasOpen) resolve({});
      else void answersAnyway(url).then((answers) => resolve(answers ? { doubtful: true } : {}));
    });
  });
  return { opened, ended, close: () => socket.close() };
}

const wrongToken = problem(
  "UNAUTHENTICATED",
  "This address does not open the engine: its key is missing, wrong or from an earlier start.",
  "Open the whole address that `npm start` printed, with everything after the #.",
);

/** Close codes with which a server says no after the upgrade: policy violation, or HTTP's 401 and 403 plus 4000. */
function isRefusal(code: number): boolean {
  return code === 1008 || code === 4401 || code === 4403;
}

/** A browser hides why an upgrade failed; a server whose health line answers twice in a row has refused it. */
async function answersAnyway(socketUrl: string): Promise<boolean> {
  const health = new URL("/health", socketUrl.replace(/^ws/, "http"));
  try {
    const response = await fetch(health, { cache: "no-store", signal: AbortSignal.timeout(3_000) });
    return response.ok;
  } catch {
    return false;
  }
}

/** Asks the preload for a port: it answers with a message that carries one. */
function openPort({ window: page }: Extract<Door, { kind: "port" }>): Attempt {
  const over = new AbortController();
  let port: MessagePort | undefined;
  let end: (ending: Ending) => void = () => {};
  const ended = new Promise<Ending>((resolve) => {
    end = resolve;
  });
  const opened = new Promise<EngineClient | undefined>((resolve) => {
    const tooLong = setTimeout(() => {
      resolve(undefined);
      end(page.location.protocol.startsWith("http") ? { refused: wrongToken } : {});
      over.abort();
    }, 2_000);
    const receive = (event: MessageEvent): void => {
      const given = event.ports[0];
      if (event.source !== page || event.data !== channels.port || given === undefined) return;
      clearTimeout(tooLong);
      // The next port belongs to the next attempt.
      page.removeEventListener("message", receive);
      port = given;
      given.addEventListener("close", () => end({}), { signal: over.signal });
      resolve(createORPCClient(new PortLink({ port: given, ...validated })));
      given.start();
    };
    page.addEventListener("message", receive, { signal: over.signal });
  });
  page.postMessage(channels.connect, page.location.origin);
  return {
    opened,
    ended,
    close() {
      over.abort();
      port?.close();
      end({});
    },
  };
}

/**
 * The door this page was opened with. A token in the fragment is kept for this tab only and removed from the address, so
 * that it stays out of history and screenshots.
 */
export function findDoor(page: Window): Door {
  const { location, history, sessionStorage } = page;
  // An address may name a place as well: #token=…&at=/grid
  const [, given, place] = /^#token=([^&]+)(?:&at=(\/[a-z0-9/]*))?/.exec(location.hash) ?? [];
  if (given !== undefined) {
    sessionStorage.setItem("cox.token", decodeURIComponent(given));
    history.replaceState(null, "", location.pathname + location.search + (place === undefined ? "" : `#${place}`));
  }
  const token = sessionStorage.getItem("cox.token");
  if (token === null) return { kind: "port", window: page };
  return { kind: "socket", url: `${location.origin.replace(/^http/, "ws")}/ws`, token };
}

/** Whether the engine itself said why a call failed, and not the connection by breaking. */
export function wasAnswered(thrown: unknown): boolean {
  return thrown instanceof ORPCError;
}

/** What a failed call says, whether the engine answered with a problem or the connection broke under it. */
export function problemOfCall(thrown: unknown): Problem {
  if (!(thrown instanceof ORPCError)) {
    return problem(
      "UNAVAILABLE",
      "The engine could not be reached.",
      "It is tried again by itself; repeat this then.",
      thrown,
    );
  }
  const code = errorCodeSchema.safeParse(thrown.code);
  const data = problemSchema.pick({ cause: true, next: true }).safeParse(thrown.data);
  if (!code.success || !data.success) return problemOf(thrown);
  return problem(code.data, thrown.message, data.data.next, data.data.cause);
}
