import { z } from "zod";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Shelf } from "./stores.ts";

/** What was at the upper edge: an item, and how far it was scrolled beyond it, in pixels. */
const placeSchema = z.object({ ordinal: z.number().int().positive(), offset: z.number() });
export type ReadingPlace = z.infer<typeof placeSchema>;

/** Where each transcript was left, over tabs, reloads and engines; nothing is kept of one that was left at its end. */
export interface Places {
  get(id: WorkstreamId): ReadingPlace | undefined;
  set(id: WorkstreamId, place: ReadingPlace | undefined): void;
}

const key = "cox.places";
const mostKept = 200;
const keptSchema = z.array(z.tuple([z.string(), placeSchema])).catch([]);

export function createPlaces(shelf: Shelf): Places {
  const places = new Map(read(shelf));
  return {
    get: (id) => places.get(id),
    set(id, place) {
      const known = places.get(id);
      if (known?.ordinal === place?.ordinal && known?.offset === place?.offset) return;
      places.delete(id);
      if (place !== undefined) places.set(id, place);
      shelf.setItem(key, JSON.stringify([...places].slice(-mostKept)));
    },
  };
}

function read(shelf: Shelf): z.infer<typeof keptSchema> {
  try {
    return keptSchema.parse(JSON.parse(shelf.getItem(key) ?? "[]"));
  } catch {
    return [];
  }
}
