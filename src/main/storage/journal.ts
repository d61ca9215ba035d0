import type { Result } from "../../contract/errors.ts";
import type { Envelope, Event } from "../../contract/events.ts";
import type { CommandId } from "../../contract/ids.ts";
import type { Actor } from "../../contract/principals.ts";
import type { FleetState } from "../../contract/states.ts";

/** On whose behalf something is recorded. */
export interface By {
  readonly actor: Actor;
  readonly cause?: CommandId;
}

/** The one writer of events: gives each its number, folds it, has it stored, and only then tells of it. */
export interface Journal {
  /** With everything recorded so far, stored or not: what the engine decides on. */
  state(): FleetState;
  /** As stored: what others are told. */
  published(): { readonly seq: number; readonly state: FleetState };
  /**
   * Folds at once; resolves when stored. That is as fast as the disk is, except for events that only tell of progress (items,
   * lines, usage, diff sizes): alone they wait up to 300 ms for company.
   */
  record(events: readonly Event[], by: By): Promise<Result<void>>;
  /** Called with stored envelopes, in order. Returns its undo. */
  subscribe(listener: (envelopes: readonly Envelope[]) => void): () => void;
}
