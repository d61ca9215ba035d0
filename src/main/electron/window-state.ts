import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";

/** A rectangle of the screen, in pixels as the system counts them. */
export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const side = z.number().int().min(100).max(100_000);
const place = z.number().int().min(-1_000_000).max(1_000_000);
const windowStateSchema = z.object({
  /** Of the window that is not maximized. */
  bounds: z.object({ x: place, y: place, width: side, height: side }),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowStateSchema>;

/** Where the window stood is kept between starts. */
export interface WindowStateFile {
  /** Undefined where nothing is kept, or nothing of use. */
  read(): WindowState | undefined;
  /** Whole or not at all. What cannot be written is lost, which costs one dragging of a window. */
  write(state: WindowState): void;
}

/** Called where a program begins and ends, so it is synchronous. */
export function createWindowStateFile(file: string): WindowStateFile {
  return {
    read() {
      try {
        return windowStateSchema.parse(JSON.parse(readFileSync(file, "utf8")));
      } catch {
        return undefined;
      }
    },
    write(state) {
      try {
        const fresh = `${file}.new`;
        writeFileSync(fresh, JSON.stringify(state), { mode: 0o600 });
        renameSync(fresh, file);
      } catch {
        // A full or read-only disk has louder witnesses.
      }
    },
  };
}

/** So much of the title bar must be on a screen for the window to be caught with a pointer. */
const graspable = { width: 120, height: 24 };

/**
 * Bounds that can be seen: those that are kept, as long as one of the screens still has them; else their size, as far as
 * the first screen holds it, and no place. `screens` are the parts of screens that windows may cover, the main one first.
 */
export function visibleBounds(kept: Bounds, screens: readonly Bounds[]): Bounds | Pick<Bounds, "width" | "height"> {
  if (screens.some((screen) => canGrasp(kept, screen))) return kept;
  const [main] = screens;
  const { width, height } = kept;
  return main === undefined
    ? { width, height }
    : { width: Math.min(width, main.width), height: Math.min(height, main.height) };
}

function canGrasp({ x, y, width }: Bounds, screen: Bounds): boolean {
  const shownWidth = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
  return shownWidth >= graspable.width && y >= screen.y && y + graspable.height <= screen.y + screen.height;
}
