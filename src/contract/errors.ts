import { z } from "zod";

/**
 * Every way an expected failure can be classed. The code is what programs match on; the sentence is for people.
 * The number is the HTTP status the server host answers with.
 */
export const errorStatus = {
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_LARGE: 413,
  TOO_MANY: 429,
  FROZEN: 423,
  TIMED_OUT: 408,
  CANCELLED: 499,
  INTERNAL: 500,
  /** A program, file or agent that is needed is missing or refuses. */
  UNAVAILABLE: 503,
  VERSION_MISMATCH: 426,
  DISK_FULL: 507,
} as const;

export type ErrorCode = keyof typeof errorStatus;

export const errorCodeSchema = z.enum(Object.keys(errorStatus) as [ErrorCode, ...ErrorCode[]]);

/** A failure as it is told: a code, a sentence, what lay behind it, and what to do next. */
export const problemSchema = z.object({
  code: errorCodeSchema,
  message: z.string().max(2_000),
  cause: z.string().max(4_000).optional(),
  next: z.string().max(2_000),
});

export type Problem = z.infer<typeof problemSchema>;

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Problem };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Builds a failed result. `cause` may be any thrown value; only its text is kept. */
export function fail(code: ErrorCode, message: string, next: string, cause?: unknown): Result<never> {
  return { ok: false, error: problem(code, message, next, cause) };
}

export function problem(code: ErrorCode, message: string, next: string, cause?: unknown): Problem {
  const text = causeText(cause);
  return {
    code,
    message: message.slice(0, 2_000),
    next: next.slice(0, 2_000),
    ...(text === undefined ? {} : { cause: text }),
  };
}

function causeText(cause: unknown): string | undefined {
  if (cause === undefined || cause === null) return undefined;
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 4_000);
}

/** A {@link Problem} that has to travel as a throw, for instance through a library's callback. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(told: Problem) {
    super(told.message);
    this.name = "ProblemError";
    this.problem = told;
  }
}

/** The value of a result, or a thrown {@link ProblemError}. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ProblemError(result.error);
}

/** Turns anything thrown into a {@link Problem}; what we did not foresee is `INTERNAL`. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  return problem(
    "INTERNAL",
    "Something failed that was not foreseen.",
    "Run `cox doctor`; the engine's log has the details.",
    thrown,
  );
}

/** Ends a switch over a closed union: a new member makes this a compile error. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
