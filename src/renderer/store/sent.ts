import { z } from "zod";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Shelf } from "./stores.ts";

/** What was said to each author, the newest last, to be said again or better. */
export interface Sent {
  of(id: WorkstreamId): readonly string[];
  add(id: WorkstreamId, text: string): void;
}

const key = "cox.sent";
const mostTexts = 30;
const mostWorkstreams = 40;
const longest = 4_000;
const keptSchema = z.array(z.tuple([z.string(), z.array(z.string())]));

export function createSent(shelf: Shelf): Sent {
  const texts = new Map(read(shelf));
  return {
    of: (id) => texts.get(id) ?? [],
    add(id, text) {
      const before = (texts.get(id) ?? []).filter((other) => other !== text);
      texts.delete(id);
      texts.set(id, [...before, text.slice(0, longest)].slice(-mostTexts));
      shelf.setItem(key, JSON.stringify([...texts].slice(-mostWorkstreams)));
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
