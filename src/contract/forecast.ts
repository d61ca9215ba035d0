import { z } from "zod";
import { timeSchema, workstreamIdSchema } from "./ids.ts";

const commit = z.string().regex(/^[0-9a-f]{40,64}$/);

/** Every window holds the forecast of every workstream: a few paths, cut where they are long. */
export const mostForecastFiles = 8;
export const mostForecastSiblings = 8;
export const longestForecastPath = 300;

const files = {
  files: z.array(z.string().max(longestForecastPath)).max(mostForecastFiles),
  /** How many files more it is about. */
  moreFiles: z.number().int().positive().optional(),
};

/** A live workstream of the same project that changes some of the same files. */
export const overlapSchema = z.object({
  workstreamId: workstreamIdSchema,
  /** Whether the two do not merge; `files` are those then, and otherwise all that both change. */
  conflicts: z.boolean(),
  ...files,
});
export type Overlap = z.infer<typeof overlapSchema>;

/** What of a workstream's committed work does not go together with other work, as of the commits that were tried. */
export const forecastSchema = z.object({
  head: commit,
  /** What the branch it is to land on stood at. */
  base: commit,
  /** Where it does not merge into that; absent when it does. */
  conflict: z.object(files).optional(),
  /** Those that conflict come first. */
  overlaps: z.array(overlapSchema).max(mostForecastSiblings),
  moreOverlaps: z.number().int().positive().optional(),
  at: timeSchema,
});
export type Forecast = z.infer<typeof forecastSchema>;

/** Paths as a forecast holds them: a few, and of a long one its end. */
export function forecastFiles(paths: readonly string[]): Pick<Overlap, "files" | "moreFiles"> {
  const more = paths.length - mostForecastFiles;
  const shown = paths.slice(0, mostForecastFiles);
  return {
    files: shown.map((path) => (path.length <= longestForecastPath ? path : `…${path.slice(1 - longestForecastPath)}`)),
    ...(more > 0 ? { moreFiles: more } : {}),
  };
}

/** Files in words: `src/a.ts, src/b.ts and 3 more`. */
export function filesInWords(
  { files: shown, moreFiles = 0 }: Pick<Overlap, "files"> & { readonly moreFiles?: number | undefined },
  most = mostForecastFiles,
): string {
  const named = shown.slice(0, most);
  const more = shown.length - named.length + moreFiles;
  return more === 0 ? named.join(", ") : `${named.join(", ")} and ${String(more)} more`;
}

/** `conflicts with main in src/a.ts`; undefined when the work merges. */
export function conflictInWords(
  { conflict }: Pick<Forecast, "conflict">,
  base: string,
  most?: number,
): string | undefined {
  return conflict === undefined ? undefined : `conflicts with ${base} in ${filesInWords(conflict, most)}`;
}

/** `touches the same lines as pay-retry in src/a.ts`. */
export function overlapInWords(overlap: Overlap, name: string, most?: number): string {
  const what = overlap.conflicts ? "touches the same lines as" : "changes the same files as";
  return `${what} ${name}${overlap.conflicts ? " in" : ":"} ${filesInWords(overlap, most)}`;
}
