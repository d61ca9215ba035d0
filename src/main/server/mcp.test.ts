import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fail } from "../../contract/errors.ts";
import { readJson } from "./body.ts";
import { createToolDoor } from "./mcp.ts";
import { createStand, own, type Stand } from "./test-stand.ts";

let stand: Stand;
let client: Client;
let server: ReturnType<typeof createServer>;

beforeEach(async () => {
  stand = createStand();
  const tools = createToolDoor({ router: stand.router, version: "0", clock: () => 1_700_000_000_000 });
  server = createServer((request, response) => {
    if (request.method !== "POST") {
      response.writeHead(405).end();
      return;
    }
    void readJson(request).then((body) =>
      tools.serve(request, response, body.ok ? body.value : undefined, { kind: "workstream", id: own }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  client = new Client({ name: "agent", version: "0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/`)));
});

afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
  stand.close();
});

async function use(name: string, args: Record<string, unknown> = {}): Promise<[string, boolean]> {
  const { content, isError } = await client.callTool({ name, arguments: args });
  return [(content as { text: string }[])[0]?.text ?? "", isError === true];
}

describe("the verbs as an agent's tools", () => {
  it("are those of a workstream, with honest hints and schemas", async () => {
    const { tools } = await client.listTools();
    const hints = tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]);
    expect(hints).toEqual([
      ["status", true],
      ["ticket", true],
      ["plan", false],
      ["diff", true],
      ["review", false],
      ["note", false],
      ["ask_human", false],
    ]);
    expect(tools.find(({ name }) => name === "ask_human")?.inputSchema).toMatchObject({
      type: "object",
      required: ["question"],
      properties: { question: { type: "string" }, options: { type: "array" } },
    });
  });

  it("answer with text about the caller's own workstream", async () => {
    expect((await use("status"))[0]).toMatch(/^#1 fix-thing-1: Fix thing 1\nworking\n/);
    expect(await use("ticket")).toEqual(["T-1: Fix thing 1\n\nIt is broken.\nMend it.", false]);
    expect(await use("diff")).toEqual(["modified  +2 −1  a.ts", false]);
    expect(await use("plan", { steps: ["[x] look", "[~] mend", "test"] })).toEqual([
      "[x] look\n[~] mend\n[ ] test",
      false,
    ]);
    await use("ask_human", { question: "Which database?", options: ["sqlite", "none"] });
    await use("note", { text: "It was the clock." });
    expect(stand.asked.map(({ name, args }) => [name, args[0]])).toEqual([
      ["setPlan", own],
      ["ask", own],
      ["note", own],
    ]);
    expect(stand.records.at(-1)).toMatchObject({ surface: "tool", actor: { kind: "workstream", id: own } });
  });

  it("tell an error with its next step, as the tool's answer", async () => {
    stand.answer("note", () => Promise.resolve(fail("TOO_MANY", "There are enough notes.", "Write less.")));
    expect(await use("note", { text: "x" })).toEqual(["There are enough notes.\nWrite less.", true]);
    const [text, isError] = await use("note", { words: 5 });
    expect([isError, text]).toEqual([true, expect.stringContaining("text")]);
    expect((await use("stop"))[1]).toBe(true);
    expect(stand.asked).toEqual([]);
  });
});
