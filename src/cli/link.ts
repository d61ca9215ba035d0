import http from "node:http";
import { Readable } from "node:stream";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/fetch";
import type { Client } from "../contract/procedures.ts";

/** A client that calls an engine through its private socket with this capability. */
export function connect(socketPath: string, capability: string): Client {
  return createORPCClient<Client>(
    new RPCLink({
      url: "http://engine/rpc",
      headers: { authorization: `Bearer ${capability}` },
      fetch: (request) => fetchOver(socketPath, request),
    }),
  );
}

/** `fetch` cannot speak to a socket, so this is the part of it that calls need. */
async function fetchOver(socketPath: string, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const body = await request.text();
  const headers = { ...Object.fromEntries(request.headers), "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      { socketPath, path: pathname, method: request.method, headers, agent: false, signal: request.signal },
      (response) => {
        const type = response.headers["content-type"] ?? "application/json";
        const status = response.statusCode ?? 500;
        // As a stream: some answers go on for minutes.
        resolve(new Response(Readable.toWeb(response), { status, headers: { "content-type": type } }));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
