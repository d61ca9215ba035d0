import type { FocusSpot } from "../store/stores.ts";

const focusable = "a[href], button, input, textarea, select, [tabindex]";
/** A place that is drawn anew is there after a few frames; one that does not come back is not waited for. */
const mostFrames = 60;

/** What has the focus, in words that still mean something when its screen has been drawn anew. */
export function focusNow(): FocusSpot | undefined {
  const element = document.activeElement;
  const region = element?.closest<HTMLElement>("[data-region]");
  if (element === null || region === null || region === undefined) return undefined;
  return { region: region.dataset["region"] ?? "", at: partsOf(region).indexOf(element), caret: caretOf(element) };
}

function partsOf(region: HTMLElement): Element[] {
  return [...region.querySelectorAll(focusable)];
}

function caretOf(element: Element): FocusSpot["caret"] {
  if (!(element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement)) return undefined;
  const { selectionStart, selectionEnd } = element;
  return selectionStart === null || selectionEnd === null ? undefined : [selectionStart, selectionEnd];
}

/** Gives the focus back to it, as soon as it is there. */
export function focusAgain(spot: FocusSpot): void {
  let frames = 0;
  const look = (): void => {
    frames += 1;
    const region = [...document.querySelectorAll<HTMLElement>("[data-region]")].find(
      (one) => one.dataset["region"] === spot.region,
    );
    const element = region === undefined ? undefined : spot.at === -1 ? region : partsOf(region)[spot.at];
    if (!(element instanceof HTMLElement)) {
      if (frames < mostFrames) requestAnimationFrame(look);
      return;
    }
    element.focus();
    const field = element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
    if (field && spot.caret !== undefined) element.setSelectionRange(...spot.caret);
  };
  // The screen that is left must be gone first, for it may have a region of the same name.
  requestAnimationFrame(look);
}
