import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { RPCHandler } from "@orpc/server/node";
import { fail, ok, problem, type Problem, type Result } from "../../contract/errors.ts";
import type { Surface } from "../../contract/principals.ts";
import { protocolVersion } from "../../contract/procedures.ts";
import { safetyHeaders } from "../csp.ts";
import { readJson } from "./body.ts";
import type { Capabilities } from "./capabilities.ts";
import type { ToolDoor } from "./mcp.ts";
import { bearerOf, refuse, refuseCall, refuseSocket } from "./refusal.ts";
import type { EngineRouter } from "./router.ts";
import { serveAsset } from "./static.ts";
import { typedErrors } from "./typed-errors.ts";
import { createSocketDoor } from "./websocket.ts";

/** What is behind a listener once the engine runs. */
export interface Doors {
  serve(request: IncomingMessage, response: ServerResponse, url: URL, surface: Surface): Promise<void>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, surface: Surface): void;
  close(): void;
}

export interface DoorsDeps {
  readonly router: EngineRouter;
  readonly capabilities: Pick<Capabilities, "principalOf">;
  /** The built renderer. */
  readonly assetsDir: string;
  readonly tools: ToolDoor;
}

/** Routes what listeners let in: calls at `/rpc` and over WebSockets at `/ws`, an agent's tools at `/mcp/<token>`, the page. */
export function createDoors({ router, capabilities, assetsDir, tools }: DoorsDeps): Doors {
  const calls = new RPCHandler(router, { interceptors: [typedErrors] });
  const sockets = createSocketDoor(router);

  async function serveCall(request: IncomingMessage, response: ServerResponse, surface: Surface): Promise<void> {
    const principal = capabilities.principalOf(bearerOf(request));
    if (principal === undefined) return refuseCall(response, noPrincipal(request.headers.authorization !== undefined));
    if (request.method !== "POST") return refuseCall(response, wrongMethod());
    const body = await readJson(request);
    if (!body.ok) return refuseCall(response, body.error);
    for (const [name, value] of Object.entries(safetyHeaders)) response.setHeader(name, value);
    response.setHeader("cache-control", "no-store");
    // oRPC takes a body that was already read from here.
    Object.assign(request, { body: body.value });
    const { matched } = await calls.handle(request, response, { prefix: "/rpc", context: { principal, surface } });
    if (!matched) refuseCall(response, noProcedure());
  }

  async function serveTools(request: IncomingMessage, response: ServerResponse, token: string): Promise<void> {
    const principal = capabilities.principalOf(token);
    if (principal === undefined) return refuse(response, noPrincipal(true));
    if (principal.kind !== "workstream") return refuse(response, toolsForWorkstreams);
    if (request.method !== "POST") return refuse(response, wrongMethod(), 405);
    const body = await readJson(request);
    if (!body.ok) return refuse(response, body.error);
    await tools.serve(request, response, body.value, principal);
  }

  return {
    async serve(request, response, url, surface) {
      const { pathname } = url;
      if (pathname === "/rpc" || pathname.startsWith("/rpc/")) return serveCall(request, response, surface);
      const token = /^\/mcp\/([^/]+)$/.exec(pathname)?.[1];
      if (token !== undefined) return serveTools(request, response, token);
      if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, wrongMethod(), 405);
      return serveAsset(assetsDir, pathname, response, request.method === "HEAD");
    },
    upgrade(request, socket, head, surface) {
      const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
      const token = offered.find((name) => name.startsWith("cox."))?.slice(4);
      const principal = capabilities.principalOf(token);
      if (principal === undefined) return refuseSocket(socket, noPrincipal(token !== undefined));
      // A connection outlives the capability it was opened with; an author calls its tools one by one.
      if (principal.kind === "workstream") return refuseSocket(socket, windowsAreForPeople);
      sockets.accept(request, socket, head, { principal, surface });
    },
    close: () => sockets.close(),
  };
}

function noPrincipal(presented: boolean): Problem {
  return presented
    ? problem(
        "FORBIDDEN",
        "This capability opens nothing.",
        "Use the one in the engine's home, or start the engine again.",
      )
    : problem("UNAUTHENTICATED", "A capability is needed.", "Send the one in the engine's home as a bearer token.");
}

const windowsAreForPeople = problem(
  "FORBIDDEN",
  "A workstream has no window.",
  "Call the tools, or /rpc with this capability.",
);
const toolsForWorkstreams = problem("FORBIDDEN", "Tools are for workstreams.", "Call /rpc with this capability.");

function wrongMethod(): Problem {
  return problem(
    "BAD_REQUEST",
    "This address is not asked this way.",
    "Use POST for calls and tools, GET for the page.",
  );
}

function noProcedure(): Problem {
  return problem("NOT_FOUND", "There is no such procedure.", "Both sides must be of one version: run `cox doctor`.");
}

const healthLine = `${JSON.stringify({ ok: true, protocol: protocolVersion })}\n`;

export interface Listener {
  readonly server: Server;
  /** Opens: requests that came before are answered now. */
  open(doors: Doors): void;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

export interface Gate {
  readonly surface: (upgrade: boolean) => Surface;
  /** Why a request may not come in through this listener at all; undefined when it may. */
  readonly refusal: (request: IncomingMessage) => { readonly problem: Problem; readonly status: number } | undefined;
}

/**
 * An HTTP server with limits on everything a stranger could hold or fill. Not listening yet. A connection that says nothing
 * for `silentMs` milliseconds is ended.
 */
export function createListener(
  { surface, refusal }: Gate,
  onFault: (name: string, thrown: unknown) => void,
  silentMs = 10_000,
): Listener {
  let open: (doors: Doors) => void = () => {};
  const doors = new Promise<Doors>((resolve) => (open = resolve));
  const connections = new Set<Duplex>();

  const answer: RequestListener = (request, response) => {
    void serve(request, response).catch((thrown: unknown) => {
      // Only the first part of the address: behind it may be a capability.
      onFault(`${request.method} /${request.url?.split(/[/?]/)[1] ?? ""}`, thrown);
      refuse(response, problem("INTERNAL", "Something failed that was not foreseen.", "Run `cox doctor`."));
    });
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusal(request);
    if (refused !== undefined) return refuse(response, refused.problem, refused.status);
    const url = urlOf(request);
    if (url === undefined) return refuse(response, problem("BAD_REQUEST", "The address is malformed.", "Correct it."));
    if (url.pathname === "/health") {
      response.writeHead(200, { ...safetyHeaders, "content-type": "application/json", "cache-control": "no-store" });
      response.end(healthLine);
      return;
    }
    await (await doors).serve(request, response, url, surface(false));
  }

  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 10_000,
      connectionsCheckingInterval: 5_000,
    },
    answer,
  );
  server.maxConnections = 256;
  server.maxHeadersCount = 64;
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    // Node's own limits begin with the first byte.
    const silence = setTimeout(() => {
      if (socket.bytesRead === 0) socket.destroy();
    }, silentMs);
    socket.on("close", () => {
      clearTimeout(silence);
      connections.delete(socket);
    });
    socket.on("error", () => socket.destroy());
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refused = refusal(request);
    if (refused !== undefined) return refuseSocket(socket, refused.problem, refused.status);
    const pathname = urlOf(request)?.pathname;
    if (pathname !== "/ws" && pathname !== "/rpc") return refuseSocket(socket, noProcedure());
    void doors.then((ready) => ready.upgrade(request, socket, head, surface(true)));
  });
  server.on("clientError", (thrown: Error & { readonly code?: string }, socket: Duplex) => {
    refuseSocket(socket, ...malformed(thrown.code));
  });

  return {
    server,
    open,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.destroy();
      }),
  };
}

function urlOf(request: IncomingMessage): URL | undefined {
  const target = request.url ?? "";
  return target.startsWith("/") && URL.canParse(`http://engine${target}`)
    ? new URL(`http://engine${target}`)
    : undefined;
}

function malformed(code: string | undefined): [Problem, number] {
  if (code === "HPE_HEADER_OVERFLOW") return [problem("TOO_LARGE", "The headers are too long.", "Send fewer."), 431];
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return [problem("TIMED_OUT", "The request was too slow.", "Send it again."), 408];
  return [problem("BAD_REQUEST", "This is no HTTP request.", "Correct it and send it again."), 400];
}

/** The loopback door: for this machine's browsers and programs, under its own names only. */
export function loopbackGate(port: () => number): Gate {
  const allowed = () => [`127.0.0.1:${port()}`, `localhost:${port()}`, `[::1]:${port()}`];
  return {
    surface: (upgrade) => (upgrade ? "browser" : "script"),
    refusal({ headers: { host, origin } }) {
      if (host === undefined || !allowed().includes(host)) return { problem: foreignHost, status: 421 };
      if (origin !== undefined && origin !== `http://${host}`) return { problem: foreignOrigin, status: 403 };
      return undefined;
    },
  };
}

const foreignHost = problem("FORBIDDEN", "This engine does not go by that name.", "Use the address it printed.");
export const foreignOrigin = problem(
  "FORBIDDEN",
  "Another site's page may not come in.",
  "Open the engine's own page.",
);

/** Listens on 127.0.0.1 only. `port` 0 takes a free one. */
export function listenOnLoopback(listener: Listener, port: number): Promise<Result<number>> {
  return new Promise((resolve) => {
    const refused = (cause: Error) =>
      resolve(
        fail("UNAVAILABLE", `Port ${port} cannot be listened on.`, "Name another with --port, or leave it out.", cause),
      );
    listener.server.once("error", refused);
    listener.server.listen({ host: "127.0.0.1", port }, () => {
      listener.server.off("error", refused);
      resolve(ok((listener.server.address() as AddressInfo).port));
    });
  });
}
