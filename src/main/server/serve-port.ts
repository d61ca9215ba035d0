import { RPCHandler } from "@orpc/server/message-port";
import { isCallMessage } from "./call-message.ts";
import type { EngineRouter } from "./router.ts";
import { typedErrors } from "./typed-errors.ts";

/** A port as Electron's utility process and Node's worker threads hand it over. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: "message", listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  start?(): void;
  close(): void;
}

/** Serves calls and streams to the desktop host's window, which speaks for the human. A port that says nonsense is closed. */
export function servePort(router: EngineRouter, port: Port): void {
  const handler = new RPCHandler(router, { interceptors: [typedErrors] });
  handler.upgrade(
    {
      postMessage: (message: unknown) => port.postMessage(message),
      on: (event: string, listener: (event?: { data: unknown }) => void) => {
        if (event === "close") port.on("close", () => listener());
        else {
          port.on("message", (given) => {
            const data: unknown = "data" in Object(given) ? given.data : given;
            if (typeof data === "string" && isCallMessage(data)) listener({ data });
            else port.close();
          });
        }
      },
    },
    { context: { principal: { kind: "human" }, surface: "window", connection: { underWay: 0 } } },
  );
  port.start?.();
}
