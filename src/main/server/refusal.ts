import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { errorStatus, type Problem } from "../../contract/errors.ts";
import { safetyHeaders } from "../csp.ts";
import { callError } from "./access.ts";

/** Answers with a problem as JSON, and with its own status unless the protocol has a better one. */
export function refuse(response: ServerResponse, told: Problem, status: number = errorStatus[told.code]): void {
  answer(response, status, told);
}

/** The same in the form in which an oRPC client reads errors. */
export function refuseCall(response: ServerResponse, told: Problem): void {
  answer(response, errorStatus[told.code], { json: callError(told).toJSON() });
}

function answer(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  // What is left of a refused request is not read, so its connection cannot be used again.
  const over = response.req.complete ? {} : { connection: "close" };
  response.writeHead(status, {
    ...safetyHeaders,
    ...over,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  });
  response.end(text);
}

/** Ends a connection that never became a request or an upgrade with a problem in the same form. */
export function refuseSocket(socket: Duplex, told: Problem, status: number = errorStatus[told.code]): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const text = JSON.stringify(told);
  const head = [
    `HTTP/1.1 ${status} ${told.code}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(text)}`,
    "x-content-type-options: nosniff",
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${text}`, () => socket.destroy());
}

/** The token of an `Authorization: Bearer` header. */
export function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{1,200})$/.exec(request.headers.authorization ?? "")?.[1];
}
