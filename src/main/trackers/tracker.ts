import type { Problem, Result } from "../../contract/errors.ts";

/** Anything JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One piece of work as its tracker tells it, in the shape of Symphony's normalized issue (SPEC, section 4.1.1). Times are ISO 8601. */
export type TrackerTicket = {
  /** Stable and opaque. */
  readonly id: string;
  /** What people call it; unique in the tracker. */
  readonly key: string;
  readonly title: string;
  readonly description: string | null;
  readonly priority: number | null;
  /** As the tracker spells it; compare with {@link sameState}. */
  readonly state: string;
  readonly branchName: string | null;
  readonly url: string | null;
  readonly assigneeId: string | null;
  /** Trimmed, lower-cased, each once. */
  readonly labels: readonly string[];
  readonly blockedBy: readonly Blocker[];
  /** False while the tracker's own rules (a blocker that is not done) hold it back. */
  readonly dispatchable: boolean;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  /** What the tracker itself calls it; never interpreted outside it. */
  readonly nativeRef: Json;
  /** What else the ticket says, as written; for the `files` tracker the other keys of its front matter, such as `scenario`. */
  readonly extra: Readonly<Record<string, Json>>;
};

/** Nulls where the tracker does not know. */
export type Blocker = { readonly id: string | null; readonly key: string | null; readonly state: string | null };

/** Damaged records are left out of `tickets` and told in `skipped`; neither ever fails the listing. */
export type TicketListing = { readonly tickets: readonly TrackerTicket[]; readonly skipped: readonly Problem[] };

export type NewTicket = {
  /** One line of at most 300 characters. */
  readonly title: string;
  /** Markdown of at most 200,000 characters. */
  readonly body: string;
};

export type Tracker = {
  readonly kind: string;
  /** What holds where the policy names no states. */
  readonly defaultStates: { readonly active: readonly string[]; readonly terminal: readonly string[] };
  /** All tickets, or those in one of `states` (none for an empty list). */
  readonly list: (filter?: { readonly states?: readonly string[] }) => Promise<Result<TicketListing>>;
  /** Those of the named tickets that exist, each once. A damaged one fails the whole call: it must not look as if it were gone. */
  readonly byKeys: (keys: readonly string[]) => Promise<Result<readonly TrackerTicket[]>>;
  readonly create: (ticket: NewTicket) => Promise<Result<TrackerTicket>>;
};

/** States are compared without regard to case and outer space. */
export function sameState(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
