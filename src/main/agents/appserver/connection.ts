import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { fail, ok, problem } from "../../../contract/errors.ts";
import type { Problem, Result } from "../../../contract/errors.ts";
import { killGroup } from "../kill-group.ts";
import { pause } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { createLineCutter } from "./lines.ts";
import { masked } from "./masked.ts";
import { envelopeSchema, rpcCodes } from "./protocol.ts";
import type { Envelope, RpcError, RpcId } from "./protocol.ts";

/** How to start the program that speaks the protocol on its standard input and output. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Longest line taken from the program, in bytes. */
export const lineLimit = 10 * 1024 * 1024;
/** Most bytes that wait for a program that does not read. */
const unreadLimit = 16 * 1024 * 1024;
const stderrTail = 8_000;
const overloadRetries = 6;
/** After its standard input ends the program has this long to leave by itself. */
const leaveMs = 2_000;

export interface ConnectionDeps {
  readonly launch: Launch;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly onNotification: (method: string, params: unknown) => void;
  readonly onRequest: (id: RpcId, method: string, params: unknown) => void;
  /** Called once, after every pending call has failed. */
  readonly onClosed: (why: Problem) => void;
}

export interface Connection {
  /** Absent when the program could not be started. */
  readonly pid: number | undefined;
  /** Calls a method. The deadline is absolute: other messages do not prolong it. A refusal carries the server's own words as cause. */
  request(method: string, params: unknown, deadlineMs: number): Promise<Result<unknown>>;
  notify(method: string, params?: unknown): void;
  respond(id: RpcId, result: unknown): void;
  refuse(id: RpcId, message: string): void;
  /** Ends the program and everything in its process group. Resolves when it is gone. */
  close(): Promise<void>;
}

interface Pending {
  readonly settle: (outcome: Result<unknown> | { readonly overloaded: true }) => void;
}

/** Starts the program in its own process group and speaks JSON-RPC with it over its pipes. */
export function openConnection(deps: ConnectionDeps): Connection {
  const { launch, clock } = deps;
  const child = spawn(launch.command, [...launch.args], {
    cwd: launch.cwd,
    env: { ...launch.env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const pending = new Map<RpcId, Pending>();
  const unsent: string[] = [];
  let nextId = 1;
  let errorTail = "";
  let closedBy: Problem | undefined;
  let finished = false;
  let gone: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    gone = resolve;
  });

  /** Takes the program down because of `why`; `finish` runs when it is gone. */
  function breakWith(why: Problem): void {
    closedBy ??= why;
    killGroup(child.pid);
  }

  function finish(why: Problem): void {
    if (finished) return;
    finished = true;
    killGroup(child.pid);
    unsent.length = 0;
    for (const { settle } of pending.values()) settle({ ok: false, error: why });
    pending.clear();
    gone();
    deps.onClosed(why);
  }

  function exited(code: number | null, signal: string | null): Problem {
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    return problem(
      "UNAVAILABLE",
      `The agent's process ended ${how}.`,
      "The thread can be resumed; the agent is started again for that.",
      lastWords(errorTail),
    );
  }

  child.on("error", (error) => {
    closedBy ??= problem(
      "UNAVAILABLE",
      `${launch.command} could not be run.`,
      "Check that the agent is installed: `cox doctor`.",
      error,
    );
    if (child.pid === undefined) finish(closedBy);
  });
  child.on("exit", (code, signal) => {
    killGroup(child.pid);
    const why = closedBy ?? exited(code, signal);
    // Output already written is still read; a stray holder of the pipe must not keep the connection open.
    const giveUp = clock.after(1_000, () => finish(why));
    child.on("close", () => {
      giveUp();
      finish(closedBy ?? exited(code, signal));
    });
  });

  function flush(): void {
    while (unsent.length > 0 && !child.stdin.writableNeedDrain && child.stdin.writable) {
      const line = unsent.shift();
      if (line !== undefined) child.stdin.write(line);
    }
  }
  child.stdin.on("error", () => undefined);
  child.stdin.on("drain", flush);

  function post(message: Envelope): void {
    if (finished) return;
    unsent.push(`${JSON.stringify(message)}\n`);
    flush();
    const waiting = unsent.reduce((sum, line) => sum + line.length, child.stdin.writableLength);
    if (waiting > unreadLimit) {
      breakWith(
        problem(
          "UNAVAILABLE",
          "The agent stopped reading what it is sent.",
          "Resume the thread; the agent is started again for that.",
        ),
      );
    }
  }

  function receive(text: string): void {
    if (text.trim() === "") return;
    let parsed: Envelope;
    try {
      parsed = envelopeSchema.parse(JSON.parse(text));
    } catch {
      deps.log(`not a message: ${masked(text).slice(0, 200)}`);
      return;
    }
    dispatch(parsed);
  }

  function dispatch({ id, method, params, result, error }: Envelope): void {
    if (method !== undefined) {
      if (id === undefined) deps.onNotification(method, params);
      else deps.onRequest(id, method, params);
      return;
    }
    const call = id === undefined ? undefined : pending.get(id);
    if (id === undefined || call === undefined) return;
    pending.delete(id);
    call.settle(error === undefined ? ok(result) : refused(error));
  }

  child.stdout.on(
    "data",
    createLineCutter(lineLimit, receive, () => {
      breakWith(
        problem(
          "TOO_LARGE",
          "The agent sent a message of more than 10 MB.",
          "Resume the thread; the agent is started again for that.",
        ),
      );
    }),
  );
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    errorTail = (errorTail + text).slice(-stderrTail);
  });

  function call(
    method: string,
    params: unknown,
    deadlineMs: number,
  ): Promise<Result<unknown> | { readonly overloaded: true }> {
    if (finished)
      return Promise.resolve(fail("UNAVAILABLE", "The agent's process is not running.", "Resume the thread."));
    const id = nextId++;
    return new Promise((resolve) => {
      const callOff = clock.after(deadlineMs, () => {
        pending.delete(id);
        resolve(
          fail(
            "TIMED_OUT",
            `The agent did not answer \`${method}\` in ${deadlineMs} ms.`,
            "Try again; if it stays silent, stop the workstream and resume it.",
          ),
        );
      });
      pending.set(id, {
        settle(outcome) {
          callOff();
          resolve(outcome);
        },
      });
      post({ id, method, params });
    });
  }

  return {
    pid: child.pid,
    async request(method, params, deadlineMs) {
      const end = clock.steady() + deadlineMs;
      for (let attempt = 0; ; attempt++) {
        const outcome = await call(method, params, Math.max(1, end - clock.steady()));
        if (!("overloaded" in outcome)) return outcome;
        const wait = 50 * 2 ** attempt * (0.5 + clock.random());
        if (attempt >= overloadRetries || clock.steady() + wait >= end) {
          return fail("TOO_MANY", "The agent has more requests waiting than it takes.", "Try again in a while.");
        }
        await pause(clock, wait);
      }
    },
    notify(method, params) {
      post(params === undefined ? { method } : { method, params });
    },
    respond(id, result) {
      post({ id, result });
    },
    refuse(id, message) {
      post({ id, error: { code: rpcCodes.methodNotFound, message } });
    },
    async close() {
      closedBy ??= problem("CANCELLED", "The agent was closed.", "Resume the thread.");
      child.stdin.end();
      const callOff = clock.after(leaveMs, () => killGroup(child.pid));
      await left;
      callOff();
    },
  };
}

function refused(error: RpcError): Result<never> | { readonly overloaded: true } {
  if (error.code === rpcCodes.overloaded) return { overloaded: true };
  const code = error.code === rpcCodes.invalidRequest ? "CONFLICT" : "BAD_REQUEST";
  return fail(
    code,
    "The agent refused what it was asked.",
    "The cause is in the agent's own words.",
    masked(error.message),
  );
}

/** Last words as they may be shown and stored. A line that was cut goes, since it may hold all but the first letter of a token. */
function lastWords(tail: string): string {
  const whole = tail.length < stderrTail ? tail : tail.slice(tail.indexOf("\n") + 1);
  return masked(stripVTControlCharacters(whole));
}
