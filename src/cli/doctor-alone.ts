import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { checkSchema, type Check } from "../contract/check.ts";
import type { Client } from "../contract/procedures.ts";
import { tellChecks } from "../verbs/doctor.ts";
import type { Answer } from "../verbs/verb.ts";

/** How long an engine has to say a word, and an examination to end, in milliseconds. */
const wordMs = 5_000;
const examineMs = 120_000;

/** Whether whoever listens there answers at all, be it with a refusal. */
export async function answers(client: Client): Promise<boolean> {
  const late = AbortSignal.timeout(wordMs);
  return client.engine.hello(undefined, { signal: late }).then(
    () => true,
    // A refusal is an answer; a socket that nobody listens on, or that stays silent, is none.
    (thrown: unknown) => !late.aborted && !(thrown instanceof Error && "syscall" in thrown),
  );
}

/**
 * Examines a home for which no engine answers, by a program of its own: a disk that hangs holds up that one, which is left
 * behind, and not this.
 */
export async function examineAlone(home: string): Promise<Answer> {
  const source = import.meta.filename.endsWith(".ts");
  const program = path.join(import.meta.dirname, source ? "../main/doctor/main.ts" : "doctor.js");
  const child = spawn(process.execPath, [program, home], { stdio: ["ignore", "pipe", "ignore"] });
  const checks: Check[] = [];
  const lines = createInterface(child.stdout);
  lines.on("line", (line) => checks.push(checkSchema.parse(JSON.parse(line))));
  const ended = Promise.withResolvers<string | undefined>();
  const timer = setTimeout(() => ended.resolve(`it took more than ${examineMs / 1_000} s`), examineMs);
  child.once("error", (error) => ended.resolve(error.message));
  // After the last line, not after the process.
  child.once("close", (code, signal) => ended.resolve(code === 0 ? undefined : `it ended with ${code ?? signal}`));
  const why = await ended.promise;
  clearTimeout(timer);
  child.kill("SIGKILL");
  child.stdout.destroy();
  child.unref();
  if (why !== undefined) {
    const next = "Look at the disk that holds the home, then: cox doctor";
    checks.push({ name: "doctor", state: "wrong", says: `the examination was not ended: ${why}`, next });
  }
  return tellChecks(checks, undefined);
}
