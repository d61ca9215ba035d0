import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/fetch";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { problemSchema, unwrap } from "../../contract/errors.ts";
import { contract, type Access, type Client, type FleetFrame } from "../../contract/procedures.ts";
import { verbs } from "../../verbs/table.ts";
import { createCapabilities, type Capabilities } from "./capabilities.ts";
import { createDoors, createListener, listenOnLoopback, loopbackGate, type Doors, type Listener } from "./http.ts";
import { createToolDoor } from "./mcp.ts";
import { listenOnSocket, socketGate } from "./socket.ts";
import { createStand, own, sibling, type Stand } from "./test-stand.ts";

let folder: string;
let stand: Stand;
let capabilities: Capabilities;
let doors: Doors;
let loopback: Listener;
let socket: Listener;
let socketPath: string;
let port: number;
const tokens = { human: "", reader: "", workstream: "" };

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "cox-http-"));
  const assetsDir = path.join(folder, "renderer");
  await mkdir(path.join(assetsDir, "assets"), { recursive: true });
  await writeFile(path.join(assetsDir, "index.html"), "<!doctype html>the page");
  await writeFile(path.join(assetsDir, "assets", "main-abcdef12.js"), "1");
  await writeFile(path.join(assetsDir, "empty.css"), "");
  await writeFile(path.join(folder, "secret.txt"), "secret");
  await symlink(path.join(folder, "secret.txt"), path.join(assetsDir, "linked.txt"));
  await symlink(folder, path.join(assetsDir, "out"));

  stand = createStand();
  capabilities = createCapabilities({ clock: Date.now });
  tokens.human = unwrap(await capabilities.openHuman(path.join(folder, "home"), stand.storage));
  tokens.reader = unwrap(await capabilities.mintForReader(stand.storage));
  tokens.workstream = capabilities.mintForWorkstream(own);
  const tools = createToolDoor({ router: stand.router, version: "0", clock: Date.now });
  doors = createDoors({ router: stand.router, capabilities, assetsDir, tools });
  loopback = createListener(
    loopbackGate(() => port),
    (_name, thrown) => stand.faults.push(thrown),
  );
  port = unwrap(await listenOnLoopback(loopback, 0));
  socket = createListener(socketGate, (_name, thrown) => stand.faults.push(thrown));
  socketPath = path.join(folder, "home", "engine.sock");
  unwrap(await listenOnSocket(socket, socketPath));
  loopback.open(doors);
  socket.open(doors);
});

afterAll(async () => {
  doors.close();
  stand.close();
  await Promise.all([loopback.close(), socket.close()]);
  await rm(folder, { recursive: true });
});

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly over?: "loopback" | "socket";
}

interface Got {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

function send({ path: target = "/", method = "GET", headers = {}, body, over = "loopback" }: Sent): Promise<Got> {
  const where = over === "socket" ? { socketPath } : { host: "127.0.0.1", port };
  return new Promise((resolve, reject) => {
    const request = http.request({ ...where, path: target, method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

function call(name: string, input: unknown, token: string | undefined, more: Sent = {}): Promise<Got> {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return send({
    path: `/rpc/${name.replace(".", "/")}`,
    method: "POST",
    body: JSON.stringify({ json: input }),
    ...more,
    headers: { "content-type": "application/json", ...authorization, ...more.headers },
  });
}

/** The code of a typed problem, in its own form or in the one oRPC clients read. */
function codeOf({ text }: Got): string {
  const body = JSON.parse(text) as { json?: { code: string; message: string; data: { next: string } } };
  const told = body.json === undefined ? body : { ...body.json, ...body.json.data };
  return problemSchema.parse(told).code;
}

/** Every procedure that is not open to such a caller. */
function closedTo(kind: "reader" | "workstream"): string[] {
  return Object.entries(contract).flatMap(([group, members]) =>
    Object.entries(members).flatMap(([name, procedure]) =>
      (procedure["~orpc"].meta as Access).callers.includes(kind) ? [] : [`${group}.${name}`],
    ),
  );
}

describe("before anything else", () => {
  it("ends a connection that says nothing, so that strangers cannot hold them all", async () => {
    const hasty = createListener(
      loopbackGate(() => 0),
      () => {},
      50,
    );
    const at = unwrap(await listenOnLoopback(hasty, 0));
    const mute = net.connect(at, "127.0.0.1");
    const slow = net.connect(at, "127.0.0.1", () => slow.write("GET / HTTP/1.1\r\n"));
    await new Promise((resolve) => mute.once("close", resolve));
    expect(slow.destroyed).toBe(false);
    slow.destroy();
    await hasty.close();
  });

  it("tells anybody one line of health and nothing more", async () => {
    const { status, text } = await send({ path: "/health" });
    expect([status, text]).toEqual([200, '{"ok":true,"protocol":1}\n']);
  });

  it.each(["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example"])(
    "refuses the name %s",
    async (host) => {
      for (const target of ["/", "/health", "/rpc/workstream/list"]) {
        const got = await send({ path: target, headers: { host } });
        expect([got.status, codeOf(got)]).toEqual([421, "FORBIDDEN"]);
      }
    },
  );

  it("goes by its own names", async () => {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      expect((await send({ headers: { host } })).status).toBe(200);
    }
  });

  it.each(["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"])(
    "refuses a page from %s, whatever it holds",
    async (origin) => {
      const got = await call("workstream.list", undefined, tokens.human, { headers: { origin } });
      expect([got.status, codeOf(got)]).toEqual([403, "FORBIDDEN"]);
    },
  );

  it("lets its own page in", async () => {
    const origin = `http://127.0.0.1:${port}`;
    expect((await call("workstream.list", undefined, tokens.human, { headers: { origin } })).status).toBe(200);
  });

  it("answers what is no HTTP with a typed problem", async () => {
    const text = await new Promise<string>((resolve) => {
      let got = "";
      const raw = net.connect(port, "127.0.0.1", () => raw.write("nonsense\r\n\r\n"));
      raw.on("data", (chunk: Buffer) => (got += chunk.toString()));
      raw.on("close", () => resolve(got));
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 .*"code":"BAD_REQUEST"/s);
  });
});

describe("calls over HTTP", () => {
  it("answer with the safety headers", async () => {
    const got = await call("workstream.list", undefined, tokens.reader);
    expect(got.status).toBe(200);
    expect(got.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "content-security-policy": expect.stringContaining("default-src 'none'"),
    });
    expect(got.headers["set-cookie"]).toBeUndefined();
  });

  it("are refused without a capability, with a wrong one and with a forgotten one", async () => {
    const forgotten = capabilities.mintForWorkstream("w00000009");
    capabilities.mintForWorkstream("w00000009");
    for (const over of ["loopback", "socket"] as const) {
      const missing = await call("workstream.list", undefined, undefined, { over });
      expect([missing.status, codeOf(missing)]).toEqual([401, "UNAUTHENTICATED"]);
      for (const wrong of ["x", "A".repeat(43), tokens.human.slice(1), `${tokens.human}A`, forgotten]) {
        const got = await call("workstream.list", undefined, wrong, { over });
        expect([got.status, codeOf(got)]).toEqual([403, "FORBIDDEN"]);
      }
    }
  });

  it.each(["reader", "workstream"] as const)("refuse a %s all that is not for it, through both doors", async (kind) => {
    const closed = closedTo(kind);
    expect(closed).toEqual(
      expect.arrayContaining(["secret.set", "project.allow", "workstream.delete", "vault.restore"]),
    );
    const records = stand.records.length;
    for (const over of ["loopback", "socket"] as const) {
      for (const name of closed) {
        const got = await call(name, { workstreamId: own }, tokens[kind], { over });
        expect([name, got.status, codeOf(got)]).toEqual([name, 403, "FORBIDDEN"]);
      }
    }
    expect([stand.asked, stand.records.length]).toEqual([[], records]);
  });

  it("hold a workstream to itself", async () => {
    const answer = { workstreamId: own, requestId: "r00000001", decision: { kind: "accept" } };
    const attempts = [
      call("workstream.answer", answer, tokens.workstream),
      call("workstream.stop", { workstreamId: sibling }, tokens.workstream),
      call("workstream.show", { workstreamId: sibling }, tokens.workstream),
      call("workstream.answer", answer, tokens.workstream, { over: "socket" }),
    ];
    for (const got of await Promise.all(attempts)) expect([got.status, codeOf(got)]).toEqual([403, "FORBIDDEN"]);
    expect(stand.asked).toEqual([]);
    expect((await call("workstream.show", { workstreamId: own }, tokens.workstream)).status).toBe(200);
  });

  it.each([
    ["text that is no JSON", "{", 400, "BAD_REQUEST"],
    ["no object", "5", 400, "BAD_REQUEST"],
    ["a wrong envelope", '{"json":1,"meta":[[1,"x"]]}', 400, "BAD_REQUEST"],
    ["a path to the prototype", '{"json":{},"meta":[[3,"__proto__","x"]]}', 400, "BAD_REQUEST"],
    ["a wrong input", '{"json":{"workstreamId":"../../etc"}}', 400, "BAD_REQUEST"],
    ["JSON a hundred thousand levels deep", "[".repeat(100_000) + "]".repeat(100_000), 400, "BAD_REQUEST"],
    ["an input that deep", `{"json":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`, 400, "BAD_REQUEST"],
    ["more than a megabyte", JSON.stringify({ json: "x".repeat(1_100_000) }), 413, "TOO_LARGE"],
  ])("refuse %s", async (_what, body, status, code) => {
    const got = await call("workstream.show", undefined, tokens.human, { body });
    expect([got.status, codeOf(got)]).toEqual([status, code]);
  });

  it("refuse a body whose length is not declared as soon as it is too long", async () => {
    const headers = { "transfer-encoding": "chunked" };
    const body = "x".repeat(1_500_000);
    const got = await call("workstream.show", undefined, tokens.human, { body, headers });
    expect([got.status, codeOf(got)]).toEqual([413, "TOO_LARGE"]);
  });

  it("refuse other methods, other kinds of body, and procedures that are not there", async () => {
    const asked = await send({
      path: "/rpc/workstream/list",
      headers: { authorization: `Bearer ${tokens.human}` },
    });
    expect(codeOf(asked)).toBe("BAD_REQUEST");
    const form = { headers: { "content-type": "multipart/form-data; boundary=x" } };
    expect(codeOf(await call("workstream.list", undefined, tokens.human, form))).toBe("BAD_REQUEST");
    for (const name of ["workstream.nothing", "toString", "__proto__.x", "constructor"]) {
      expect(codeOf(await call(name, undefined, tokens.human))).toBe("NOT_FOUND");
    }
    expect(stand.faults).toEqual([]);
  });

  it("carry typed errors and streams to the ordinary client", async () => {
    const client: Client = createORPCClient(
      new RPCLink({
        url: `http://127.0.0.1:${port}/rpc`,
        headers: { authorization: `Bearer ${tokens.human}` },
      }),
    );
    const refused = client.workstream.show({ workstreamId: "w99999999" });
    await expect(refused).rejects.toMatchObject({
      defined: true,
      code: "NOT_FOUND",
      data: { next: expect.any(String) },
    });
    const gone = new AbortController();
    const frames = await client.feed.fleet({}, { signal: gone.signal });
    expect((await frames.next()).value).toMatchObject({ kind: "snapshot" });
    gone.abort();
    await frames.next().catch(() => undefined);
  });
});

describe("the page", () => {
  it("is served with its type, and kept for good where its name holds a hash", async () => {
    const page = await send({ path: "/" });
    expect([page.status, page.text]).toEqual([200, "<!doctype html>the page"]);
    expect(page.headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" });
    const script = await send({ path: "/assets/main-abcdef12.js" });
    expect(script.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      "content-security-policy": expect.stringContaining("script-src 'self'"),
    });
    expect((await send({ path: "/", method: "HEAD" })).text).toBe("");
    expect((await send({ path: "/empty.css" })).text).toBe("");
  });

  it.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/..%5csecret.txt",
    "/%2e%2e%2fsecret.txt",
    "/linked.txt",
    "/out/secret.txt",
    "//etc/passwd.txt",
    "/index.html%00.txt",
    "/assets",
    "/nothing.js",
  ])("has nothing at %s", async (target) => {
    const got = await send({ path: target });
    expect([got.status, codeOf(got)]).toEqual([404, "NOT_FOUND"]);
    expect(got.text).not.toContain('secret"');
  });

  it("refuses an address that cannot be decoded, and other methods", async () => {
    expect(codeOf(await send({ path: "/%E0%A4%A" }))).toBe("BAD_REQUEST");
    expect((await send({ path: "/", method: "POST", body: "x" })).status).toBe(405);
  });
});

describe("the private socket", () => {
  it("is open to its user only", async () => {
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
  });

  it("answers calls under any name, but not a browser's", async () => {
    expect((await call("workstream.list", undefined, tokens.human, { over: "socket" })).status).toBe(200);
    const headers = { origin: "http://engine" };
    expect((await call("workstream.list", undefined, tokens.human, { over: "socket", headers })).status).toBe(403);
  });
});

describe("WebSockets", () => {
  function connect(token: string | undefined, options: { origin?: string; host?: string } = {}) {
    const { origin = `http://127.0.0.1:${port}`, host = `127.0.0.1:${port}` } = options;
    const protocols = token === undefined ? [] : [`cox.${token}`];
    return new WebSocket(`ws://127.0.0.1:${port}/ws`, protocols, { headers: { origin, host } });
  }

  function refusalOf(ws: WebSocket): Promise<string> {
    return new Promise((resolve) => {
      ws.on("open", () => resolve("open"));
      ws.on("error", () => undefined);
      ws.on("unexpected-response", (_request, response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => resolve(`${response.statusCode} ${problemSchema.parse(JSON.parse(text)).code}`));
      });
    });
  }

  const opened = (ws: WebSocket) => new Promise<void>((resolve) => ws.on("open", () => resolve()));
  const closed = (ws: WebSocket) =>
    new Promise<number>((resolve) => {
      ws.on("error", () => undefined);
      ws.on("close", (code) => resolve(code));
    });

  it("need a capability, a known name and an own page", async () => {
    expect(await refusalOf(connect(undefined))).toBe("401 UNAUTHENTICATED");
    expect(await refusalOf(connect("wrong"))).toBe("403 FORBIDDEN");
    expect(await refusalOf(connect(tokens.workstream))).toBe("403 FORBIDDEN");
    expect(await refusalOf(connect(tokens.human, { origin: "http://evil.example" }))).toBe("403 FORBIDDEN");
    expect(await refusalOf(connect(tokens.human, { host: "evil.example" }))).toBe("421 FORBIDDEN");
  });

  it("refuse a reader all that is not for it", async () => {
    const ws = connect(tokens.reader);
    await opened(ws);
    const asked = stand.asked.length;
    for (const [index, name] of closedTo("reader").entries()) {
      const answer = new Promise<string>((resolve) => ws.once("message", (data: Buffer) => resolve(data.toString())));
      ws.send(
        JSON.stringify({
          i: String(index),
          p: { u: `/${name.replace(".", "/")}`, b: { json: { workstreamId: own } } },
        }),
      );
      expect([name, await answer]).toEqual([name, expect.stringContaining("FORBIDDEN")]);
    }
    expect(stand.asked).toHaveLength(asked);
    ws.close();
  });

  it("carry calls and streams, and record the browser as the surface", async () => {
    const ws = connect(tokens.human);
    await opened(ws);
    expect(ws.protocol).toBe(`cox.${tokens.human}`);
    const client: Client = createORPCClient(new SocketLink({ websocket: ws as never }));
    await client.workstream.note({ workstreamId: own, text: "hello" });
    expect(stand.records.at(-1)).toMatchObject({ surface: "browser", outcome: "ok" });
    const gone = new AbortController();
    const frames = await client.feed.fleet({}, { signal: gone.signal });
    expect((await frames.next()).value).toMatchObject({ kind: "snapshot" });
    stand.tell({ type: "line.told", workstreamId: own, line: "moving" });
    expect((await frames.next()).value).toMatchObject({ kind: "events", envelopes: [{ event: { line: "moving" } }] });
    gone.abort();
    await expect(client.workstream.stop({ workstreamId: "w99" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      data: { next: expect.any(String) },
    });
    ws.close();
  });

  it.each([
    ["no JSON", "nonsense"],
    ["no message of a call", '{"a":1}'],
    ["a foreign address", '{"i":"1","p":{"u":"http://evil.example/"}}'],
    ["a file", '{"i":"1","p":{"u":"/workstream/list","h":{"content-disposition":"x"}}}'],
    ["bytes", Buffer.from('{"i":"1","p":{"u":"/workstream/list"}}')],
  ])("end at %s", async (_what, message) => {
    const ws = connect(tokens.human);
    await opened(ws);
    ws.send(message);
    expect(await closed(ws)).toBe(1007);
  });

  it("end at a message of more than a megabyte", async () => {
    const ws = connect(tokens.human);
    await opened(ws);
    ws.send("x".repeat(1_100_000));
    expect(await closed(ws)).toBe(1009);
  });

  it("answer a call whose envelope is malformed with a typed error", async () => {
    const ws = connect(tokens.human);
    await opened(ws);
    ws.send('{"i":"1","p":{"u":"/workstream/show","b":{"json":1,"meta":[[1,"x"]]}}}');
    const [data] = await new Promise<[Buffer]>((resolve) => ws.on("message", (message: Buffer) => resolve([message])));
    expect(JSON.parse(data.toString())).toMatchObject({ p: { s: 400, b: { json: { code: "BAD_REQUEST" } } } });
    ws.close();
  });

  it("make a stream wait for a slow reader instead of queueing without end, and then begin anew", async () => {
    const ws = connect(tokens.human);
    await opened(ws);
    const client: Client = createORPCClient(new SocketLink({ websocket: ws as never }));
    const frames = await client.feed.fleet({});
    await frames.next();
    ws.pause();
    // Each portion fits the subscriber's queue: only what the socket does not take makes it overflow.
    for (let portion = 0; portion < 40; portion += 1) {
      for (let index = 0; index < 20; index += 1) {
        const words = { ...longWords, id: `m${String(portion * 20 + index).padStart(8, "0")}` };
        stand.tell(
          { type: "words.accepted", words },
          { type: "words.dropped", workstreamId: own, wordsId: words.id, why: "" },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    stand.tell({ type: "line.told", workstreamId: own, line: "last" });
    ws.resume();
    let last: FleetFrame | undefined;
    while (!String(JSON.stringify(last)).includes('"last"')) last = (await frames.next()).value as FleetFrame;
    expect(last?.kind).toBe("snapshot");
    ws.close();
  });
});

const longWords = {
  workstreamId: own,
  text: "x".repeat(30_000),
  from: { kind: "human" as const },
  when: "next" as const,
  cause: "human" as const,
  at: 1,
};

describe("an agent's tools", () => {
  const ask = (token: string, more: Sent = {}) =>
    send({
      path: `/mcp/${token}`,
      method: "POST",
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
      ...more,
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...more.headers,
      },
    });

  it("need the workstream's own address", async () => {
    expect((await ask(tokens.workstream)).status).toBe(200);
    for (const wrong of ["x", "A".repeat(43), tokens.human, tokens.reader]) {
      const got = await ask(wrong);
      expect([got.status, codeOf(got)]).toEqual([403, "FORBIDDEN"]);
    }
    const origin = await ask(tokens.workstream, { headers: { origin: "http://evil.example" } });
    expect(origin.status).toBe(403);
  });

  it("are its own and no other verb, whatever is called", async () => {
    const use = async (name: string) => {
      const params = { name, arguments: { workstream: own, workstreamId: own } };
      const got = await ask(tokens.workstream, {
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
      });
      return got.text;
    };
    const asked = stand.asked.length;
    for (const { name, callers } of verbs) {
      if (callers.includes("workstream")) continue;
      expect(await use(name)).toContain("There is no tool");
      expect(await use(name.replaceAll("-", "_"))).toContain("There is no tool");
    }
    expect(stand.asked).toHaveLength(asked);
  });

  it("refuse what is malformed, too long, or asked another way", async () => {
    expect((await ask(tokens.workstream, { method: "GET", body: "" })).status).toBe(405);
    expect(codeOf(await ask(tokens.workstream, { body: "{" }))).toBe("BAD_REQUEST");
    expect(codeOf(await ask(tokens.workstream, { body: `"${"x".repeat(1_100_000)}"` }))).toBe("TOO_LARGE");
    expect((await ask(tokens.workstream, { body: '{"a":1}' })).status).toBe(400);
    expect(stand.faults).toEqual([]);
  });
});
