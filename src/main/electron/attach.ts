import { z } from "zod";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { EngineWord } from "../../contract/host.ts";
import { protocolVersion } from "../../contract/procedures.ts";
import { tallySchema, type Tally } from "../../contract/tally.ts";

/** How long the running engine may take to answer, in milliseconds. */
const answerWithin = 3_000;
/** How often a running engine is asked how its fleet stands, in milliseconds. */
const askEvery = 3_000;
/** So many failures in a row mean that it is gone. */
const maxFailures = 3;

const healthSchema = z.object({ ok: z.literal(true), protocol: z.number().int() });
const answeredSchema = z.object({ json: tallySchema });

/** An engine of this home that another program started. */
export type RunningEngine = Extract<EngineWord, { kind: "elsewhere" }>;

/**
 * The page of an engine that already runs for this home, with its key, once that engine has answered.
 * `VERSION_MISMATCH` when it speaks another version, `UNAVAILABLE` when it does not answer.
 */
export async function pageOfRunning(running: RunningEngine, ask: typeof fetch): Promise<Result<string>> {
  const { protocol, hostname, origin } = new URL(running.url);
  if (protocol !== "http:" || hostname !== "127.0.0.1") {
    return fail("FORBIDDEN", `The engine of this home says it is at ${origin}.`, "It can only be on this machine.");
  }
  if (running.protocol !== protocolVersion) return otherVersion(origin, running.protocol);
  try {
    const answer = await ask(`${origin}/health`, { signal: AbortSignal.timeout(answerWithin), redirect: "error" });
    const health = healthSchema.parse(await answer.json());
    if (health.protocol !== protocolVersion) return otherVersion(origin, health.protocol);
  } catch (cause) {
    const next = "End that engine, then start again.";
    return fail("UNAVAILABLE", `Another engine has this home, but does not answer at ${origin}.`, next, cause);
  }
  return ok(`${origin}/#token=${encodeURIComponent(running.token)}`);
}

function otherVersion(origin: string, spoken: number): Result<never> {
  return fail(
    "VERSION_MISMATCH",
    `Another engine has this home, at ${origin}. It speaks version ${spoken} and this window version ${protocolVersion}.`,
    "End that engine and start again, or use the version it was started with.",
  );
}

export interface WatchDeps {
  readonly fetch: typeof fetch;
  readonly onTally: (tally: Tally) => void;
  /** It does not answer any more. Called once. */
  readonly onGone: () => void;
}

/** Asks a running engine again and again how its fleet stands, until it is gone or the returned function is called. */
export function watchRunning({ url, token }: RunningEngine, { fetch: ask, onTally, onGone }: WatchDeps): () => void {
  const over = new AbortController();
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function look(): Promise<void> {
    const tally = await askTally();
    if (over.signal.aborted) return;
    failures = tally === undefined ? failures + 1 : 0;
    if (tally !== undefined) onTally(tally);
    if (failures < maxFailures) timer = setTimeout(() => void look(), askEvery);
    else onGone();
  }

  async function askTally(): Promise<Tally | undefined> {
    try {
      const answer = await ask(`${url}/rpc/engine/tally`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: "{}",
        signal: AbortSignal.any([over.signal, AbortSignal.timeout(answerWithin)]),
        redirect: "error",
      });
      return answeredSchema.parse(await answer.json()).json;
    } catch {
      return undefined;
    }
  }

  void look();
  return () => {
    over.abort();
    clearTimeout(timer);
  };
}
