import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { z } from "zod";

const messageSchema = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z.looseObject({ protocolVersion: z.string().optional() }).optional(),
});

/** A tool server of one verb, `status`, that remembers through which URL it was called. */
export interface ToolServer {
  url(token: string): string;
  readonly calls: readonly string[];
  close(): Promise<void>;
}

export async function startToolServer(): Promise<ToolServer> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      if (request.method !== "POST") return response.writeHead(405).end();
      const message = messageSchema.parse(await json(request));
      if (message.id === undefined) return response.writeHead(202).end();
      const token = request.url?.split("/").at(-1) ?? "";
      if (message.method === "tools/call") calls.push(token);
      const result = answers(token, message.params?.protocolVersion)[message.method] ?? {};
      response.writeHead(200, { "content-type": "application/json" });
      return response.end(JSON.stringify({ jsonrpc: "2.0", id: message.id, result }));
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: (token) => `http://127.0.0.1:${port}/mcp/${token}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answers(token: string, protocolVersion: string | undefined): Readonly<Record<string, unknown>> {
  return {
    initialize: { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "cox", version: "0" } },
    "tools/list": {
      tools: [
        { name: "status", description: "How the workstream stands.", inputSchema: { type: "object", properties: {} } },
      ],
    },
    "tools/call": { content: [{ type: "text", text: `status of ${token}` }] },
  };
}
