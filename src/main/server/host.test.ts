import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { findParentPort, listenToHost } from "./host.ts";
import type { Port } from "./serve-port.ts";

function parentPort() {
  const told: unknown[] = [];
  const port = Object.assign(new EventEmitter(), { postMessage: (word: unknown) => told.push(word) });
  return { port, told };
}

const windowPort: Port = { postMessage: () => {}, on: () => {}, close: () => {} };

test("serves the ports that come with a port word, and no other ports", () => {
  const { port } = parentPort();
  const served: Port[] = [];
  listenToHost(port, (given) => served.push(given));

  port.emit("message", { data: { kind: "port" }, ports: [windowPort] });
  port.emit("message", { data: { kind: "gift" }, ports: [windowPort] });
  port.emit("message", { data: "cox:connect", ports: [windowPort] });

  expect(served).toEqual([windowPort]);
});

test("ends when the host says so, and tells it a last word", async () => {
  const { port, told } = parentPort();
  const host = listenToHost(port, () => {});
  host.tell({ kind: "elsewhere", url: "http://127.0.0.1:4100", token: "t", protocol: 1 });
  port.emit("message", { data: { kind: "end" }, ports: [] });

  await expect(host.ended).resolves.toBeUndefined();
  expect(told).toEqual([{ kind: "elsewhere", url: "http://127.0.0.1:4100", token: "t", protocol: 1 }]);
});

test("knows a process of its own by the parent port it lacks", () => {
  expect(findParentPort(process)).toBeUndefined();
  const { port } = parentPort();
  expect(findParentPort({ parentPort: port })).toBe(port);
});
