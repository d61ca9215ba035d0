import { z } from "zod";
import { errorCodeSchema, problem, problemOf, ProblemError, type Problem } from "../contract/errors.ts";
import type { WorkstreamId } from "../contract/ids.ts";
import { shellWord } from "../contract/shell-word.ts";
import type { Call } from "./verb.ts";

/** Lines a text has unless more were asked for. */
export const maxLines = 40;

export const allSchema = z.boolean().default(false).describe("Everything, however long");

/** The first lines, and how to see the rest. */
export function clipped(lines: readonly string[], all: boolean, more: string): string {
  if (all || lines.length <= maxLines) return lines.join("\n");
  const shown = lines.slice(0, maxLines - 1);
  return [...shown, `… ${lines.length - shown.length} more lines; see them with ${more}`].join("\n");
}

/** How the reader asks for another verb: `cox diff --all`, or `diff {"all": true}`. */
export function see(
  { surface, named }: Call<unknown>,
  name: string,
  args: Readonly<Record<string, string | number | true>>,
): string {
  if (surface === "tool") return `${name.replaceAll("-", "_")} ${JSON.stringify(args)}`;
  const options = Object.entries(args).map(([key, value]) =>
    value === true ? `--${key}` : `--${key} ${shellWord(String(value))}`,
  );
  return ["`cox", name, ...(named === undefined ? [] : [shellWord(named)]), ...options].join(" ") + "`";
}

/** The workstream a call is about. */
export function theWorkstream({ workstreamId }: Call<unknown>): WorkstreamId {
  if (workstreamId !== undefined) return workstreamId;
  throw new ProblemError(
    problem(
      "BAD_REQUEST",
      "It is not said which workstream is meant.",
      "Name it first, by number, id or the beginning of its name (`cox list` shows them), or ask from inside its worktree.",
    ),
  );
}

const carriedSchema = z.object({
  code: errorCodeSchema,
  message: z.string(),
  data: z.object({ next: z.string(), cause: z.string().optional() }),
});

/** What a failed verb says, whichever way its call travelled. */
export function problemOfCall(thrown: unknown): Problem {
  if (thrown instanceof z.ZodError) {
    return problem(
      "BAD_REQUEST",
      "The arguments do not fit.",
      "Correct what the cause names.",
      z.prettifyError(thrown),
    );
  }
  const carried = carriedSchema.safeParse(thrown);
  if (!carried.success) return problemOf(thrown);
  const { code, message, data } = carried.data;
  return problem(code, message, data.next, data.cause);
}

/** One line, whatever was in it, at most `length` characters. */
export function oneLine(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** Sets all but the first line in, so that none of them looks like somebody else's. */
export function inward(text: string): string {
  return text.replaceAll(/\n(?=.)/g, "\n  ");
}

/** How long ago, shortly: `now`, `5s`, `3m`, `2h`, `4d`. */
export function age(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1_000));
  if (seconds < 2) return "now";
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.round(seconds / 3_600)}h`;
  return `${Math.round(seconds / 86_400)}d`;
}

/** `950`, `12.3k`, `4.1M`. */
export function short(count: number): string {
  if (count < 1_000) return String(count);
  if (count < 1_000_000) return `${(count / 1_000).toFixed(1)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** `now`, or how long ago: `5s ago`. */
export function ago(at: number, now: number): string {
  const since = age(at, now);
  return since === "now" ? since : `${since} ago`;
}

/** `1 turn`, `2 turns`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
