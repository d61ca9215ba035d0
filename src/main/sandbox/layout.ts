import path from "node:path";
import type { Confines } from "./confines.ts";

/** How one path looks from inside; `fresh` is empty, writable and gone afterwards. */
export interface Place {
  readonly path: string;
  readonly access: "hidden" | "fresh" | "read" | "write";
}

/**
 * The places of a command, in the order in which they are laid over a system that is all readable: a longer path lies over
 * a shorter one. Of several words about one path the stricter holds.
 */
export function layOut(
  confines: Confines,
  { hidden, fresh }: { readonly hidden: readonly string[]; readonly fresh: readonly string[] },
): Place[] {
  const { worktree, writable, readOnly, readable } = confines;
  const places = new Map<string, Place["access"]>();
  const say = (access: Place["access"], paths: readonly string[]) => paths.forEach((each) => places.set(each, access));
  say("fresh", fresh);
  say("write", [worktree, ...writable]);
  say("read", [...readable, ...readOnly]);
  say("hidden", hidden);
  const all = [...places].map(([each, access]): Place => ({ path: each, access }));
  return all.sort((a, b) => depth(a.path) - depth(b.path)).filter((place) => makesDifference(place, all));
}

function makesDifference(place: Place, all: readonly Place[]): boolean {
  const around = all.findLast((other) => other !== place && contains(other.path, place.path));
  return place.access === "fresh" || (around?.access ?? "read") !== place.access;
}

/** Whether `outer` is `inner` or one of the folders it lies in. */
export function contains(outer: string, inner: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === "" || (relative !== ".." && !relative.startsWith(`..${path.sep}`));
}

function depth(each: string): number {
  return each.split(path.sep).filter((part) => part !== "").length;
}
