import { useEffect, useRef, useState } from "react";
import type { Mention } from "../../contract/mentions.ts";
import { triggerAt, type Trigger } from "./mentions.ts";

export type FindMentions = (
  what: "file" | "symbol",
  text: string,
) => Promise<{ readonly found: readonly Mention[]; readonly partial: boolean }>;

export interface Offer {
  readonly trigger: Trigger;
  readonly found: readonly Mention[];
  readonly partial: boolean;
  readonly chosen: number;
}

/** How long a key waits for the next before the engine is asked, in milliseconds. */
const pauseMs = 80;

/** What may be meant by what is typed at the caret; nothing while nothing is mentioned, or after it was waved away. */
export function useMentions(find: FindMentions) {
  const [offer, setOffer] = useState<Offer | undefined>(undefined);
  const asking = useRef<{ readonly trigger: Trigger; readonly timer: ReturnType<typeof setTimeout> } | undefined>(
    undefined,
  );
  const waved = useRef<number | undefined>(undefined);
  useEffect(() => () => clearTimeout(asking.current?.timer), []);

  function drop(): void {
    clearTimeout(asking.current?.timer);
    asking.current = undefined;
    setOffer(undefined);
  }

  function ask(trigger: Trigger): void {
    const before = asking.current?.trigger;
    if (before?.what === trigger.what && before.text === trigger.text && before.from === trigger.from) return;
    clearTimeout(asking.current?.timer);
    const timer = setTimeout(() => {
      void find(trigger.what, trigger.text).then(({ found, partial }) => {
        if (asking.current?.timer !== timer) return;
        setOffer(found.length === 0 ? undefined : { trigger, found, partial, chosen: 0 });
      });
    }, pauseMs);
    asking.current = { trigger, timer };
  }

  return {
    offer,
    /** The text or the caret changed. */
    look(whole: string, caret: number): void {
      const trigger = triggerAt(whole, caret);
      if (trigger?.from !== waved.current) waved.current = undefined;
      if (trigger === undefined) drop();
      else if (waved.current === undefined) ask(trigger);
    },
    move(by: 1 | -1): void {
      setOffer((now) =>
        now === undefined ? now : { ...now, chosen: (now.chosen + by + now.found.length) % now.found.length },
      );
    },
    wave(): void {
      waved.current = asking.current?.trigger.from;
      drop();
    },
    done: drop,
  };
}
