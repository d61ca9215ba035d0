import { hostWordSchema, type EngineWord } from "../../contract/host.ts";
import type { Port } from "./serve-port.ts";

/** Electron's utility process has this in its `process`; Node has not. */
export interface ParentPort {
  on(event: "message", listener: (event: { readonly data: unknown; readonly ports: readonly Port[] }) => void): void;
  postMessage(word: EngineWord): void;
}

/** The desktop host that this engine is a utility process of. */
export interface Host {
  tell(word: EngineWord): void;
  /** Resolves when the host asks this engine to end. Nobody else does: what a terminal sends, it sends the host too. */
  readonly ended: Promise<void>;
}

/** Listens to the host: each port it hands over goes to `serve`. */
export function listenToHost(parent: ParentPort, serve: (port: Port) => void): Host {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  parent.on("message", ({ data, ports }) => {
    const word = hostWordSchema.safeParse(data).data;
    if (word?.kind === "port") for (const port of ports) serve(port);
    if (word?.kind === "end") end();
  });
  return { tell: (word) => parent.postMessage(word), ended };
}

/** The parent port of an Electron utility process; undefined in a process of its own. */
export function findParentPort(from: object): ParentPort | undefined {
  // Electron adds it to `process`; Node's declarations do not know it.
  return "parentPort" in from ? (from.parentPort as ParentPort) : undefined;
}
