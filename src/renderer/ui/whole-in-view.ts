import { useEffect, useRef, type RefObject } from "react";

/** Milliseconds that an ask has to be in view whole before a key can answer it, so that a key pressed for something else does not. */
const seenAfterMs = 300;

/** Tells when the end of an ask has been in view for a moment. */
export function useWholeInView(
  body: RefObject<HTMLElement | null>,
  id: string,
  onWhole: (whole: boolean) => void,
): void {
  const tell = useRef(onWhole);
  useEffect(() => {
    tell.current = onWhole;
  });
  useEffect(() => {
    const box = body.current;
    if (box === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let seen = false;
    const look = (): void => {
      const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight <= 2;
      if (!atEnd || seen) return;
      seen = true;
      timer = setTimeout(() => tell.current(true), seenAfterMs);
    };
    tell.current(false);
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(box);
    box.addEventListener("scroll", look);
    return () => {
      clearTimeout(timer);
      sizes.disconnect();
      box.removeEventListener("scroll", look);
    };
  }, [body, id]);
}
