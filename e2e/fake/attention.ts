import { type implement, ORPCError } from "@orpc/server";
import type { contract } from "../../src/contract/procedures.ts";
import type { AttentionItem } from "../../src/contract/states.ts";
import type { createFakeFleet } from "./fake-fleet.ts";

/** Putting off, clearing and bringing back items, as the engine does it. */
export function createAttention(
  os: ReturnType<typeof implement<typeof contract>>,
  fleet: ReturnType<typeof createFakeFleet>,
  heard: (name: string, input: Record<string, unknown>) => void,
) {
  const cleared = new Map<string, AttentionItem>();

  function itemOf(id: string): AttentionItem {
    const item = fleet.state().attention[id];
    if (item !== undefined) return item;
    throw new ORPCError("NOT_FOUND", {
      message: "This item no longer needs you.",
      data: { next: "`cox attention` lists those that do." },
    });
  }

  return {
    snooze: os.attention.snooze.handler(({ input }) => {
      heard("snooze", input);
      fleet.tell({ type: "attention.snoozed", attentionId: itemOf(input.attentionId).id, until: input.until });
      return {};
    }),
    clear: os.attention.clear.handler(({ input }) => {
      heard("clear", input);
      cleared.set(input.attentionId, itemOf(input.attentionId));
      fleet.tell({ type: "attention.cleared", attentionId: input.attentionId });
      return {};
    }),
    restore: os.attention.restore.handler(({ input }) => {
      heard("restore", input);
      const item = cleared.get(input.attentionId);
      if (item !== undefined) fleet.tell({ type: "attention.raised", item });
      return {};
    }),
  };
}
