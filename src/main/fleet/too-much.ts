import path from "node:path";
import type { RequestBody } from "../../contract/requests.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Deck } from "./crew.ts";

/** What no approval opens: the engine's home with every worktree, secrets, and what decides what git runs. */
export function guardedFrom(deck: Deck, row: Workstream): readonly string[] {
  const project = deck.state().projects[row.projectId];
  return [...deck.crew(row.id).hidden, ...(project === undefined ? [] : [project.gitDir])];
}

/**
 * A request as it is put to the human. One that would open a folder with what the sandbox exists for can only be declined,
 * and says so: a path alone does not tell what lies below it. `own` is the author's worktree, which may lie inside.
 */
export function withoutTooMuch(body: RequestBody, guarded: readonly string[], own: string): RequestBody {
  if (body.kind !== "edit" && body.kind !== "permissions") return body;
  for (const opened of opens(body)) {
    const held = isIn(opened, own) ? undefined : guarded.find((each) => isIn(each, opened) || isIn(opened, each));
    if (held === undefined) continue;
    const why = `Cannot be allowed: ${opened} would open ${held}, which no author may reach.`;
    const offers = body.offers.filter((offer) => offer === "decline" || offer === "cancel");
    return { ...body, offers, reason: `${why} ${body.reason}`.slice(0, 4_000) };
  }
  return body;
}

/** Folders that would be open from then on. */
function opens(body: Extract<RequestBody, { kind: "edit" | "permissions" }>): string[] {
  if (body.kind === "edit") return body.opens === undefined ? [] : [body.opens];
  // Whatever shape the agent asks in: every absolute path in it that is not a command's.
  const paths: string[] = [];
  collect(parsed(body.wanted), paths);
  return paths;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function collect(value: unknown, into: string[]): void {
  if (typeof value === "string") {
    if (path.isAbsolute(value)) into.push(value);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) if (key !== "command" && key !== "folder") collect(inner, into);
  }
}

function isIn(inner: string, outer: string): boolean {
  const [one, other] = [path.resolve(inner), path.resolve(outer)];
  return one === other || one.startsWith(other.endsWith(path.sep) ? other : `${other}${path.sep}`);
}
