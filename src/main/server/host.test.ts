import { EventEmitter } from "node:events";
import { expect, onTestFinished, test, vi } from "vitest";
import { problem } from "../../contract/errors.ts";
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

  await expect(host.ended).resolves.toEqual({ stop: false });
  expect(told).toEqual([{ kind: "elsewhere", url: "http://127.0.0.1:4100", token: "t", protocol: 1 }]);
});

test("passes on that what works is to be stopped first", async () => {
  const { port } = parentPort();
  const host = listenToHost(port, () => {});
  port.emit("message", { data: { kind: "end", stop: true }, ports: [] });
  await expect(host.ended).resolves.toEqual({ stop: true });
});

test("asks the host's keychain, and gives each answer to who asked", async () => {
  const { port, told } = parentPort();
  const host = listenToHost(port, () => {});
  const reads = host.askKeychain({ verb: "read" });
  const keeps = host.askKeychain({ verb: "keep", name: "GITHUB_TOKEN", value: "t0ken" });
  const refused = { ok: false, error: problem("UNAVAILABLE", "There is no keychain.", "Unlock it.") };
  const kept = { ok: true, value: { secrets: { OPENAI_API_KEY: "k3y" }, unreadable: [] } };
  port.emit("message", { data: { kind: "keychain", id: 2, answer: refused }, ports: [] });
  port.emit("message", { data: { kind: "keychain", id: 1, answer: kept }, ports: [] });

  expect(await reads).toEqual(kept);
  expect(await keeps).toEqual(refused);
  expect(told).toEqual([
    { kind: "keychain", id: 1, ask: { verb: "read" } },
    { kind: "keychain", id: 2, ask: { verb: "keep", name: "GITHUB_TOKEN", value: "t0ken" } },
  ]);
});

test("does not wait for ever for a keychain that nobody unlocks", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const host = listenToHost(parentPort().port, () => {});
  const asked = host.askKeychain({ verb: "read" });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await asked).toMatchObject({ ok: false, error: { code: "TIMED_OUT" } });
});

test("knows a process of its own by the parent port it lacks", () => {
  expect(findParentPort(process)).toBeUndefined();
  const { port } = parentPort();
  expect(findParentPort({ parentPort: port })).toBe(port);
});
