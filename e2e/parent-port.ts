import { EventEmitter } from "node:events";
import { parentPort, type MessagePort } from "node:worker_threads";

/**
 * Gives a worker the `process.parentPort` that an Electron utility process has, then becomes the engine. What the worker
 * is sent is `{ data, ports }`.
 */
interface Sent {
  readonly data: unknown;
  readonly ports: readonly MessagePort[];
}

if (parentPort === null) throw new Error("This runs in a worker only.");
const above = parentPort;
const port = Object.assign(new EventEmitter(), { postMessage: (word: unknown) => above.postMessage(word) });
above.on("message", (sent: Sent) => port.emit("message", sent));
Object.defineProperty(process, "parentPort", { value: port });
await import("../src/main/server/main.ts");
