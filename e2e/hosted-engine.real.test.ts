import { once } from "node:events";
import { mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HostWord } from "../src/contract/host.ts";
import { protocolVersion, type Client } from "../src/contract/procedures.ts";

const cache = fileURLToPath(new URL("../.cache/", import.meta.url));
const program = new URL("parent-port.ts", import.meta.url);

let home: string;
let started: Worker[];

beforeEach(async () => {
  await mkdir(cache, { recursive: true });
  home = await realpath(await mkdtemp(path.join(cache, "hosted-")));
  started = [];
});
afterEach(async () => {
  for (const engine of started) await engine.terminate();
  await rm(home, { recursive: true, force: true });
});

/** The engine as the desktop host has it, in a worker in place of a utility process. */
function startHosted(): Worker {
  const engine = new Worker(program, { argv: ["--home", home, "--repo", path.join(home, "no-repository")] });
  started.push(engine);
  return engine;
}

function tell(engine: Worker, data: HostWord, ports: MessageChannel["port1"][] = []): void {
  engine.postMessage({ data, ports }, ports);
}

/** What the host does for a page that asks. */
function connect(engine: Worker): Client {
  const { port1, port2 } = new MessageChannel();
  tell(engine, { kind: "port" }, [port1]);
  port2.start();
  return createORPCClient<Client>(new RPCLink({ port: port2 }));
}

test("answers over each port its host hands over, even one that came before it was ready, and ends when told", async () => {
  const engine = startHosted();
  const early = connect(engine);
  expect(await early.engine.hello()).toMatchObject({ protocol: protocolVersion, principal: { kind: "human" } });
  expect(await connect(engine).engine.hello()).toMatchObject({ principal: { kind: "human" } });

  tell(engine, { kind: "end" });
  expect(await once(engine, "exit")).toEqual([0]);
  expect(await readdir(home)).not.toContain("engine.json");
});

test("says where the engine of its home answers when there is one, and ends only when told", async () => {
  const first = startHosted();
  await connect(first).engine.hello();
  const second = startHosted();
  const [word] = await once(second, "message");

  expect(word).toEqual({
    kind: "elsewhere",
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    token: expect.any(String),
    protocol: protocolVersion,
  });
  tell(second, { kind: "end" });
  expect(await once(second, "exit")).toEqual([0]);
});
