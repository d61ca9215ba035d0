import { StringDecoder } from "node:string_decoder";
import { problem, problemOf, type Problem, type Result } from "../../contract/errors.ts";
import { engineWordSchema, type EngineWord, type KeptSecrets, type KeychainAsk } from "../../contract/host.ts";
import type { Tally } from "../../contract/tally.ts";
import type { RunningEngine } from "./attach.ts";
import type { ElectronParts, EngineChild, TransferPort } from "./parts.ts";

/** An engine that ends by itself is started again, but not more often than this within `crashWindow` milliseconds. */
const maxRestarts = 3;
const crashWindow = 60_000;
/** How long an orderly end may take, in milliseconds; the engine gives itself ten seconds. */
const endWithin = 12_000;
/** The same where nobody waits for us, as at the machine's shutdown. */
const hurriedEndWithin = 3_000;
/** How long a killed process may take to be gone. */
const goneWithin = 2_000;
/** What is kept of the last words of an engine, in characters. */
const maxLastWords = 2_000;

export interface SupervisorDeps extends Pick<ElectronParts, "MessageChannelMain"> {
  readonly fork: () => EngineChild;
  /** Milliseconds since some fixed moment. */
  readonly clock: () => number;
  /** Ends a process at once. */
  readonly kill: (pid: number) => void;
  /** What the engine says on stderr, as it comes. */
  readonly echo: (text: string) => void;
  readonly onElsewhere: (running: RunningEngine) => void;
  /** It serves, and how its fleet stands. */
  readonly onTally: (tally: Tally) => void;
  /** It ended by itself with this code, and is being started again. */
  readonly onCrash: (code: number) => void;
  /** The engine does not run, and is not started again by itself. */
  readonly onProblem: (why: Problem) => void;
  readonly onKeychain: (ask: KeychainAsk) => Promise<Result<KeptSecrets>>;
}

export interface EngineSupervisor {
  /** Starts the engine, unless it runs or is to end. */
  start(): void;
  /** A fresh channel to the engine that runs now: its other end. Undefined while none runs. */
  connect(): TransferPort | undefined;
  /**
   * Has the engine end in an orderly way, kills it after its deadline, and resolves when it is gone. With `stop` what works
   * is stopped before.
   */
  end(how: { readonly stop: boolean; readonly hurried: boolean }): Promise<void>;
}

interface Running {
  readonly child: EngineChild;
  readonly gone: Promise<void>;
  /** It said why it does not serve, so its end is no crash. */
  hasLeft: boolean;
  lastWords: string;
}

/** Keeps one engine running in a process of its own, and says so when that cannot be done. */
export function superviseEngine(deps: SupervisorDeps): EngineSupervisor {
  let running: Running | undefined;
  let ending: Promise<void> | undefined;
  let crashes: number[] = [];

  function start(): void {
    if (running !== undefined || ending !== undefined) return;
    const child = deps.fork();
    const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
    const mine: Running = { child, gone, hasLeft: false, lastWords: "" };
    running = mine;
    keepLastWords(mine, deps.echo);
    child.on("message", (said) => {
      const word = engineWordSchema.safeParse(said).data;
      if (word !== undefined && !mine.hasLeft) hear(mine, word);
    });
    child.on("exit", (code) => {
      running = undefined;
      leave();
      if (ending === undefined && !mine.hasLeft) recover(mine, code);
    });
  }

  function hear(from: Running, word: EngineWord): void {
    switch (word.kind) {
      case "tally":
        return deps.onTally(word.tally);
      case "keychain":
        return void answerKeychain(from, word.id, word.ask);
      case "elsewhere":
        dismiss(from);
        // Whoever is told may want to start again, which needs the place to be free.
        return void from.gone.then(() => deps.onElsewhere(word));
      case "refused":
        dismiss(from);
        return void from.gone.then(() => deps.onProblem(word.problem));
    }
  }

  function dismiss(from: Running): void {
    from.hasLeft = true;
    from.child.postMessage({ kind: "end" });
  }

  async function answerKeychain(from: Running, id: number, ask: KeychainAsk): Promise<void> {
    const answer = await deps
      .onKeychain(ask)
      .catch((thrown: unknown) => ({ ok: false, error: problemOf(thrown) }) as const);
    if (running === from) from.child.postMessage({ kind: "keychain", id, answer });
  }

  function recover({ lastWords }: Running, code: number): void {
    const now = deps.clock();
    crashes = [...crashes.filter((at) => now - at < crashWindow), now];
    if (crashes.length <= maxRestarts) {
      deps.onCrash(code);
      return start();
    }
    crashes = [];
    const cause = [`It ended with code ${code}.`, lastWords.trim()].join("\n").trim();
    deps.onProblem(problem("UNAVAILABLE", "The engine keeps ending by itself.", afterCrashes, cause));
  }

  async function endNow(stop: boolean, within: number): Promise<void> {
    if (running === undefined) return;
    const { child, gone } = running;
    child.postMessage(stop ? { kind: "end", stop } : { kind: "end" });
    if (await settles(gone, within)) return;
    if (child.pid !== undefined) deps.kill(child.pid);
    await settles(gone, goneWithin);
  }

  return {
    start,
    connect() {
      if (running === undefined || running.hasLeft) return undefined;
      const { port1, port2 } = new deps.MessageChannelMain();
      running.child.postMessage({ kind: "port" }, [port1]);
      return port2;
    },
    end: ({ stop, hurried }) => (ending ??= endNow(stop, hurried ? hurriedEndWithin : endWithin)),
  };
}

const afterCrashes =
  "Start it again; nothing that was accepted is lost. If it repeats, run `cox doctor`: the home's logs/engine.log has the details.";

function keepLastWords(of: Running, echo: (text: string) => void): void {
  const decoder = new StringDecoder("utf8");
  const keep = (text: string): void => {
    of.lastWords = (of.lastWords + text).slice(-maxLastWords);
  };
  of.child.stderr?.on("data", (chunk: Buffer) => {
    const text = decoder.write(chunk);
    echo(text);
    keep(text);
  });
  // Without a listener an `error` would end this process too; the `exit` that follows says the rest.
  of.child.on("error", (type, location) => keep(`${type} at ${location}\n`));
}

/** Whether it does within `ms`. */
function settles(promise: Promise<void>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    void promise.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
