import type { IncomingMessage, ServerResponse } from "node:http";
import { createRouterClient } from "@orpc/server";
import type { Principal } from "../../contract/principals.ts";
import { problemOfCall } from "../../verbs/answer.ts";
import { verbs } from "../../verbs/table.ts";
import type { Verb } from "../../verbs/verb.ts";
import { safetyHeaders } from "../csp.ts";
import type { EngineRouter } from "./router.ts";

export interface ToolDoor {
  /** Answers one JSON-RPC message of an agent, already read. */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
    principal: Extract<Principal, { kind: "workstream" }>,
  ): Promise<void>;
}

interface ToolDoorDeps {
  readonly router: EngineRouter;
  readonly version: string;
  readonly clock: () => number;
}

const toolVerbs = verbs.filter(({ callers }) => callers.includes("workstream"));

const toolName = (verb: Verb) => verb.name.replaceAll("-", "_");

/** Serves the verbs to a workstream's agent as MCP tools: stateless, one JSON answer for each message. */
export function createToolDoor({ router, version, clock }: ToolDoorDeps): ToolDoor {
  // The SDK is large, and an engine without agents never needs it.
  let loading: ReturnType<typeof loadSdk> | undefined;
  const tools = toolVerbs.map(describe);

  async function call(name: string, args: unknown, principal: Extract<Principal, { kind: "workstream" }>) {
    const verb = toolVerbs.find((candidate) => toolName(candidate) === name);
    if (verb === undefined)
      return said(`There is no tool ${name}. There are: ${tools.map((tool) => tool.name).join(", ")}.`, true);
    const client = createRouterClient(router, { context: { principal, surface: "tool" } });
    try {
      const { text } = await verb.run({
        client,
        workstreamId: principal.id,
        args: args ?? {},
        now: clock(),
        tell: () => {},
        surface: "tool",
      });
      return said(text, false);
    } catch (thrown) {
      const { message, next, cause } = problemOfCall(thrown);
      return said([message, cause, next].filter((line) => line !== undefined).join("\n"), true);
    }
  }

  return {
    async serve(request, response, body, principal) {
      const { Server, Transport, CallToolRequestSchema, ListToolsRequestSchema } = await (loading ??= loadSdk());
      const server = new Server({ name: "coxswain", version }, { capabilities: { tools: {} } });
      server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
      server.setRequestHandler(CallToolRequestSchema, ({ params }) => call(params.name, params.arguments, principal));
      const transport = new Transport({ enableJsonResponse: true });
      await server.connect(transport);
      try {
        const answer = await transport.handleRequest(webRequestOf(request), { parsedBody: body });
        const text = await answer.text();
        response.writeHead(answer.status, {
          ...safetyHeaders,
          ...Object.fromEntries(answer.headers),
          "cache-control": "no-store",
        });
        response.end(text);
      } finally {
        await server.close();
      }
    },
  };
}

async function loadSdk() {
  const [{ Server }, { WebStandardStreamableHTTPServerTransport }, { CallToolRequestSchema, ListToolsRequestSchema }] =
    await Promise.all([
      import("@modelcontextprotocol/sdk/server/index.js"),
      import("@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"),
      import("@modelcontextprotocol/sdk/types.js"),
    ]);
  return { Server, Transport: WebStandardStreamableHTTPServerTransport, CallToolRequestSchema, ListToolsRequestSchema };
}

/** The head of the request; its body was read, bounded, before. */
function webRequestOf({ method = "POST", headers }: IncomingMessage): Request {
  const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Request("http://127.0.0.1/mcp", { method, headers: pairs.filter(([name]) => name !== "content-length") });
}

function describe(verb: Verb) {
  return {
    name: toolName(verb),
    description: verb.summary,
    inputSchema: { type: "object" as const, ...verb.schema() },
    annotations: { readOnlyHint: verb.readOnly, destructiveHint: false, openWorldHint: false },
  };
}

function said(text: string, isError: boolean) {
  return { content: [{ type: "text" as const, text }], isError };
}
