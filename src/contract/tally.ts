import { z } from "zod";
import { blockingItems } from "./attention.ts";
import { attentionIdSchema, workstreamIdSchema } from "./ids.ts";
import { plain } from "./plain.ts";
import { settingsOf, settingsSchema } from "./settings.ts";
import { attentionKindSchema, type AttentionItem, type FleetState, type Phase } from "./states.ts";

/** Items of a tally at most; more than a human reads in a notification are only counted. */
const maxItems = 100;
const maxName = 100;
const maxAsk = 300;

/** One thing that holds work up until the human acts, in words that are safe to show anywhere. */
const tallyItemSchema = z.object({
  id: attentionIdSchema,
  kind: attentionKindSchema,
  workstream: z
    .object({ id: workstreamIdSchema, number: z.number().int().positive(), name: z.string().max(maxName) })
    .optional(),
  ask: z.string().max(maxAsk),
});
export type TallyItem = z.infer<typeof tallyItemSchema>;

const hostSettingsSchema = settingsSchema.pick({ notifications: true, keys: true, letters: true });
export type HostSettings = z.infer<typeof hostSettingsSchema>;

/** The fleet in as much as concerns somebody who does not look at it: a tray, a notification, a window about to close. */
export const tallySchema = z.object({
  /** Workstreams whose agent, gate or set-up is at work; those that only wait for a place are not. */
  working: z.number().int().nonnegative(),
  /** Attention items that hold work up. */
  waiting: z.number().int().nonnegative(),
  /** Those items, oldest first. */
  items: z.array(tallyItemSchema).max(maxItems),
  /** What the human set of what concerns such a one; absent where all of it is at its default. */
  settings: hostSettingsSchema.optional(),
});
export type Tally = z.infer<typeof tallySchema>;

const workingPhases: ReadonlySet<Phase> = new Set(["preparing", "working", "gating", "landing", "rework"]);

/** Counts a fleet. `now` is in milliseconds since the epoch. */
export function tallyOf(fleet: FleetState, now: number): Tally {
  const { workstreams, settings } = fleet;
  const blocking = blockingItems(fleet, now);
  return {
    working: workingIn(workstreams).length,
    waiting: blocking.length,
    items: blocking.slice(0, maxItems).map((item) => tallyItemOf(item, workstreams)),
    ...hostSettingsOf(settings),
  };
}

function hostSettingsOf(kept: FleetState["settings"]): Pick<Tally, "settings"> {
  if (!hostSettingsSchema.keyof().options.some((name) => kept[name] !== undefined)) return {};
  const { notifications, keys, letters } = settingsOf(kept);
  return { settings: { notifications, keys, letters } };
}

/** The workstreams that would be cut short if the engine ended now. */
export function workingIn(workstreams: FleetState["workstreams"]): FleetState["workstreams"][string][] {
  return Object.values(workstreams).filter(({ phase, frozen }) => frozen === undefined && workingPhases.has(phase));
}

/** An item in words that are safe to show anywhere. */
export function tallyItemOf(
  { id, kind, workstreamId, ask }: AttentionItem,
  workstreams: FleetState["workstreams"],
): TallyItem {
  const workstream = workstreamId === undefined ? undefined : workstreams[workstreamId];
  return {
    id,
    kind,
    ...(workstream === undefined
      ? {}
      : {
          workstream: {
            id: workstream.id,
            number: workstream.number,
            name: oneLine(workstream.name).slice(0, maxName),
          },
        }),
    ask: oneLine(ask).slice(0, maxAsk),
  };
}

function oneLine(text: string): string {
  return plain(text.replace(/\s+/g, " ")).trim();
}
