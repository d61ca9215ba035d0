import { z } from "zod";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { EngineWord } from "../../contract/host.ts";
import { protocolVersion } from "../../contract/procedures.ts";

/** How long the running engine may take to answer, in milliseconds. */
const answerWithin = 3_000;
const healthSchema = z.object({ ok: z.literal(true), protocol: z.number().int() });

/**
 * The page of an engine that already runs for this home, with its key, once that engine has answered.
 * `VERSION_MISMATCH` when it speaks another version, `UNAVAILABLE` when it does not answer.
 */
export async function pageOfRunning(
  running: Extract<EngineWord, { kind: "elsewhere" }>,
  ask: typeof fetch,
): Promise<Result<string>> {
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
