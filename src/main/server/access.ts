import { ORPCError, ValidationError } from "@orpc/server";
import { errorStatus, problem, ProblemError, problemOf, type Problem } from "../../contract/errors.ts";
import type { Access } from "../../contract/procedures.ts";
import type { Principal, Surface } from "../../contract/principals.ts";

/** What every call carries: who asks, through which door, and what else that connection has under way. */
export interface CallContext {
  readonly principal: Principal;
  readonly surface: Surface;
  readonly connection?: Connection;
}

/** Calls a connection may have under way at once. */
const maxCallsUnderWay = 64;

export interface Connection {
  underWay: number;
}

/** Why a principal may not make a call; undefined when it may. `input` is as it came, not yet parsed. */
export function refusalOf(principal: Principal, access: Access, name: string, input: unknown): Problem | undefined {
  if (!access.callers.includes(principal.kind)) {
    return problem("FORBIDDEN", `A ${principal.kind} may not call ${name}.`, nextFor(principal));
  }
  if (principal.kind !== "workstream") return undefined;
  const named = typeof input === "object" && input !== null && "workstreamId" in input ? input.workstreamId : undefined;
  if (named === undefined || named === principal.id) return undefined;
  return problem("FORBIDDEN", "A workstream may only name itself.", `Name ${principal.id}, or leave siblings alone.`);
}

function nextFor(principal: Principal): string {
  if (principal.kind === "workstream") return "Ask the human for it with the ask-human verb.";
  if (principal.kind === "reader") return "Ask with the human's capability; a reader only reads.";
  return "This is for workstreams; name what you want done to one instead.";
}

export interface Asked {
  readonly context: CallContext;
  /** The procedure's, with dots. */
  readonly name: string;
  readonly access: Access;
  /** As it came, not yet parsed. */
  readonly input: unknown;
}

/**
 * Stands in front of every procedure, before its input is parsed: lets in whom the contract names, and turns whatever goes
 * wrong into an error with a code, a cause and a next step. `onFault` is told what nobody foresaw.
 */
export async function guarded<Output>(
  { context, name, access, input }: Asked,
  onFault: (name: string, thrown: unknown) => void,
  run: () => Promise<Output>,
): Promise<Output> {
  const { principal, connection } = context;
  const refused = refusalOf(principal, access, name, input) ?? tooMany(connection);
  if (refused !== undefined) throw callError(refused);
  if (connection !== undefined) connection.underWay += 1;
  try {
    return await run();
  } catch (thrown) {
    const told = problemOfThrown(thrown, name, onFault);
    throw callError(told.code === "INTERNAL" && principal.kind !== "human" ? { ...told, cause: undefined } : told);
  } finally {
    if (connection !== undefined) connection.underWay -= 1;
  }
}

function tooMany(connection: Connection | undefined): Problem | undefined {
  if (connection === undefined || connection.underWay < maxCallsUnderWay) return undefined;
  return problem(
    "TOO_MANY",
    `This connection has ${maxCallsUnderWay} calls under way.`,
    "Wait for some of them to be answered.",
  );
}

function problemOfThrown(thrown: unknown, name: string, onFault: (name: string, thrown: unknown) => void): Problem {
  if (thrown instanceof ORPCError && thrown.cause instanceof ValidationError) return invalidInput(thrown.cause);
  const told = problemOf(thrown);
  if (!(thrown instanceof ProblemError)) onFault(name, thrown);
  return told;
}

function invalidInput({ issues }: ValidationError): Problem {
  const shown = issues.slice(0, 5).map((issue) => {
    const place = (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join(".");
    return place === "" ? issue.message : `${place}: ${issue.message}`;
  });
  return problem("BAD_REQUEST", "The input does not fit.", "Correct what the cause names.", shown.join("\n"));
}

type Told = Omit<Problem, "cause"> & { readonly cause?: string | undefined };

/** A problem in the form in which oRPC carries it to the caller. */
export function callError({ code, message, next, cause }: Told): ORPCError<string, unknown> {
  return new ORPCError(code, {
    defined: true,
    status: errorStatus[code],
    message,
    data: cause === undefined ? { next } : { next, cause },
  });
}
