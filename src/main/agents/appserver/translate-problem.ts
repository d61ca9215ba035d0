import { problem } from "../../../contract/errors.ts";
import type { ErrorCode, Problem } from "../../../contract/errors.ts";
import type { TurnError } from "./protocol.ts";

const byName: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  contextWindowExceeded: ["TOO_LARGE", "Start a new thread, or let the agent compact this one."],
  sessionBudgetExceeded: ["TOO_MANY", "Raise the agent's budget, or start a new thread."],
  usageLimitExceeded: ["TOO_MANY", "Wait until the account's limit resets, or use another account."],
  rateLimitExceeded: ["TOO_MANY", "Wait a moment, then retry."],
  serverOverloaded: ["UNAVAILABLE", "The model's service is overloaded. Wait a moment, then retry."],
  modelNotFound: ["NOT_FOUND", "Choose a model that the account may use."],
  unauthorized: ["UNAUTHENTICATED", "Log the agent in again: `cox doctor` says how."],
  badRequest: ["BAD_REQUEST", "The cause is in the model service's own words."],
  sandboxError: ["UNAVAILABLE", "The agent's sandbox does not work on this machine: `cox doctor` says why."],
};

const byStatus = (status: number): readonly [ErrorCode, string] | undefined => {
  if (status === 429) return ["TOO_MANY", "Wait a moment, then retry."];
  if (status === 401 || status === 403) return ["UNAUTHENTICATED", "Log the agent in again: `cox doctor` says how."];
  return undefined;
};

/** A turn's error as a problem. The service's own words become its cause. */
export function turnProblem(error: TurnError): Problem {
  const info = error.codexErrorInfo ?? "other";
  const [code, next] = (typeof info === "string" ? byName[info] : statusOf(info)) ?? [
    "UNAVAILABLE",
    "Retry; if it fails again, the cause is in the agent's own words.",
  ];
  return problem(code, firstLine(error.message), next, error.additionalDetails ?? error.message);
}

function statusOf(info: Readonly<Record<string, unknown>>): readonly [ErrorCode, string] | undefined {
  for (const detail of Object.values(info)) {
    if (
      typeof detail === "object" &&
      detail !== null &&
      "httpStatusCode" in detail &&
      typeof detail.httpStatusCode === "number"
    ) {
      return byStatus(detail.httpStatusCode);
    }
  }
  return undefined;
}

function firstLine(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line === "" ? "The agent's turn failed." : line;
}
