import { fail, type Result } from "../../contract/errors.ts";
import { hostWordSchema, type EngineWord, type KeptSecrets, type KeychainAsk } from "../../contract/host.ts";
import type { Port } from "./serve-port.ts";

/** Electron's utility process has this in its `process`; Node has not. */
export interface ParentPort {
  on(event: "message", listener: (event: { readonly data: unknown; readonly ports: readonly Port[] }) => void): void;
  postMessage(word: EngineWord): void;
}

/** The desktop host that this engine is a utility process of. */
export interface Host {
  tell(word: EngineWord): void;
  /** Asks the host's keychain, which may have to ask the human first. */
  askKeychain(ask: KeychainAsk): Promise<Result<KeptSecrets>>;
  /**
   * Resolves when the host asks this engine to end, and says whether what works is to be stopped first. Nobody else does:
   * what a terminal sends, it sends the host too.
   */
  readonly ended: Promise<{ readonly stop: boolean }>;
}

/** How long the human may take to unlock a keychain, in milliseconds. */
const unlockWithin = 120_000;

/** Listens to the host: each port it hands over goes to `serve`. */
export function listenToHost(parent: ParentPort, serve: (port: Port) => void): Host {
  const { promise: ended, resolve: end } = Promise.withResolvers<{ readonly stop: boolean }>();
  const asked = new Map<number, (answer: Result<KeptSecrets>) => void>();
  let asks = 0;
  parent.on("message", ({ data, ports }) => {
    const word = hostWordSchema.safeParse(data).data;
    switch (word?.kind) {
      case "port":
        return ports.forEach((port) => serve(port));
      case "end":
        return end({ stop: word.stop ?? false });
      case "keychain":
        return asked.get(word.id)?.(word.answer);
      case undefined:
    }
  });
  return {
    tell: (word) => parent.postMessage(word),
    askKeychain(ask) {
      asks += 1;
      const id = asks;
      return new Promise((resolve) => {
        const settle = (answer: Result<KeptSecrets>): void => {
          clearTimeout(timer);
          asked.delete(id);
          resolve(answer);
        };
        const timer = setTimeout(() => settle(locked()), unlockWithin);
        asked.set(id, settle);
        parent.postMessage({ kind: "keychain", id, ask });
      });
    },
    ended,
  };
}

function locked(): Result<never> {
  return fail("TIMED_OUT", "The keychain did not answer.", "Unlock it, if it asks for that, and try again.");
}

/** The parent port of an Electron utility process; undefined in a process of its own. */
export function findParentPort(from: object): ParentPort | undefined {
  // Electron adds it to `process`; Node's declarations do not know it.
  return "parentPort" in from ? (from.parentPort as ParentPort) : undefined;
}
