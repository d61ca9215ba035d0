import type { DiffPlace } from "../../contract/diffs.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import type { Settings } from "../../contract/settings.ts";
import type { Shelf, Store, ViewState } from "./stores.ts";

type DiffLook = Pick<ViewState, "diffStyle" | "diffWhitespace" | "diffPlaces">;

const key = "cox.diff";
/** Places of other workstreams are forgotten, the oldest first. */
const mostPlaces = 40;

/** How diffs were looked at last, and where in each the reader was. Style and whitespace are the settings' until somebody changes them here. */
export function readDiffLook(
  shelf: Shelf,
  { diffStyle, diffWhitespace }: Pick<Settings, "diffStyle" | "diffWhitespace">,
): DiffLook {
  const kept = parsed(shelf.getItem(key));
  return {
    diffStyle: kept["style"] === "split" || kept["style"] === "unified" ? kept["style"] : diffStyle,
    diffWhitespace: typeof kept["whitespace"] === "boolean" ? kept["whitespace"] : diffWhitespace === "show",
    diffPlaces: readPlaces(kept["places"]),
  };
}

export function keepDiffLook(shelf: Shelf, view: Store<ViewState>): void {
  view.subscribe(({ diffStyle, diffWhitespace, diffPlaces }, before) => {
    const isSame =
      diffStyle === before.diffStyle && diffWhitespace === before.diffWhitespace && diffPlaces === before.diffPlaces;
    if (isSame) return;
    const places = Object.fromEntries(Object.entries(diffPlaces).slice(-mostPlaces));
    const kept = parsed(shelf.getItem(key));
    const style = diffStyle === before.diffStyle ? kept["style"] : diffStyle;
    const whitespace = diffWhitespace === before.diffWhitespace ? kept["whitespace"] : diffWhitespace;
    shelf.setItem(key, JSON.stringify({ style, whitespace, places }));
  });
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(text ?? "{}");
    return typeof kept === "object" && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}

/** What an earlier page kept; what is no place is dropped. */
function readPlaces(kept: unknown): Record<WorkstreamId, DiffPlace> {
  if (typeof kept !== "object" || kept === null) return {};
  return Object.fromEntries(
    Object.entries(kept).flatMap(([id, place]: [string, unknown]) => (isPlace(place) ? [[id, place]] : [])),
  );
}

function isPlace(kept: unknown): kept is DiffPlace {
  if (typeof kept !== "object" || kept === null || !("path" in kept && "side" in kept && "line" in kept)) return false;
  const { path, side, line } = kept;
  return typeof path === "string" && (side === "old" || side === "new") && typeof line === "number";
}
