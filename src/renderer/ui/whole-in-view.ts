import { useEffect, useRef, type RefObject } from "react";

/** Milliseconds that an ask has to be in view whole before a key can answer it, so that a key pressed for something else does not. */
const seenAfterMs = 300;
/** Of the box; the rest is for edges that fall between two pixels, and is less than a line. */
const nearlyAll = 0.98;

/** Tells when the end of an ask has been in view for a moment, in a box of which nothing is hidden by what it stands in. */
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
    let isShown = false;
    const look = (): void => {
      const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight <= 2;
      if (!atEnd || !isShown || seen) return;
      seen = true;
      timer = setTimeout(() => tell.current(true), seenAfterMs);
    };
    tell.current(false);
    const views = new IntersectionObserver(
      (entries) => {
        const entry = entries.at(-1);
        // Of a box without height all is in view.
        isShown = entry !== undefined && entry.boundingClientRect.height > 0 && entry.intersectionRatio >= nearlyAll;
        look();
      },
      { threshold: nearlyAll },
    );
    views.observe(box);
    const sizes = new ResizeObserver(look);
    sizes.observe(box);
    box.addEventListener("scroll", look);
    // Whoever goes there to scroll it sees all of the box, also where what it stands in has been scrolled elsewhere.
    const show = (): void => {
      box.scrollIntoView({ block: "nearest" });
    };
    box.addEventListener("focus", show);
    return () => {
      clearTimeout(timer);
      views.disconnect();
      sizes.disconnect();
      box.removeEventListener("scroll", look);
      box.removeEventListener("focus", show);
    };
  }, [body, id]);
}
