import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { RPCHandler } from "@orpc/server/ws";
import { WebSocket, WebSocketServer } from "ws";
import { problem } from "../../contract/errors.ts";
import type { CallContext } from "./access.ts";
import { maxBody } from "./body.ts";
import { isCallMessage } from "./call-message.ts";
import { refuseSocket } from "./refusal.ts";
import type { EngineRouter } from "./router.ts";
import { typedErrors } from "./typed-errors.ts";

const maxSockets = 64;
/** A peer that has not answered a ping by the next one is gone. */
const pingEveryMs = 20_000;
/** Bytes waiting in a socket above which its streams pause until it has drained. */
const highWater = 256_000;

export interface SocketDoor {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, context: CallContext): void;
  close(): void;
}

/** Serves calls and streams over WebSockets. */
export function createSocketDoor(router: EngineRouter): SocketDoor {
  const handler = new RPCHandler(router, { interceptors: [typedErrors] });
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxBody,
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: (offered) => [...offered].find((name) => name.startsWith("cox.")) ?? false,
  });
  const answered = new WeakSet<WebSocket>();

  const pinging = setInterval(() => {
    for (const socket of server.clients) {
      if (!answered.has(socket)) {
        socket.terminate();
        continue;
      }
      answered.delete(socket);
      socket.ping();
    }
  }, pingEveryMs);
  pinging.unref();

  return {
    accept(request, raw, head, context) {
      if (server.clients.size >= maxSockets) {
        refuseSocket(raw, problem("TOO_MANY", `${maxSockets} windows are connected already.`, "Close one of them."));
        return;
      }
      server.handleUpgrade(request, raw, head, (socket) => {
        answered.add(socket);
        socket.on("pong", () => answered.add(socket));
        socket.on("error", () => socket.terminate());
        void handler.upgrade(paced(socket, gatherWrites(raw)), {
          context: { ...context, connection: { underWay: 0 } },
        });
      });
    },
    close() {
      clearInterval(pinging);
      for (const socket of server.clients) socket.close(1001, "The engine stops.");
    },
  };
}

type Peer = Parameters<RPCHandler<CallContext>["upgrade"]>[0];

/**
 * The socket as oRPC sees it (it listens for messages and the close, and waits for what `send` returns): what is no message
 * of a call ends the connection, and a stream waits for a slow reader instead of filling memory.
 */
function paced(socket: WebSocket, gather: () => void): Peer {
  const peer = {
    addEventListener: (type: string, listener: (event: { readonly data: string }) => void) => {
      if (type === "close") socket.on("close", () => listener({ data: "" }));
      else
        socket.on("message", (data: Buffer, isBinary: boolean) => {
          const text = data.toString("utf8");
          if (isBinary || !isCallMessage(text)) socket.close(1007, "BAD_REQUEST: this is no message of a call");
          else listener({ data: text });
        });
    },
    send: (text: string) => {
      gather();
      return send(socket, text);
    },
  };
  // The edge to a library that types its two needs by the whole `ws` class.
  return peer as unknown as Peer;
}

/** What is sent in one turn of the event loop goes to the kernel in one write: fifteen streams then cost little more than one. */
function gatherWrites(raw: Duplex): () => void {
  let gathering = false;
  return () => {
    if (gathering) return;
    gathering = true;
    raw.cork();
    setImmediate(() => {
      gathering = false;
      raw.uncork();
    });
  };
}

function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== WebSocket.OPEN) return resolve();
    socket.send(text, () => resolve());
    if (socket.bufferedAmount < highWater) resolve();
    return undefined;
  });
}
