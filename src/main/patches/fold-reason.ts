import type { FoldReason } from "../../contract/diffs.ts";

/** More lines than somebody reads without having been asked to. */
const hugeLines = 3_000;

const locks = new Set([
  "bun.lock",
  "bun.lockb",
  "Cargo.lock",
  "composer.lock",
  "deno.lock",
  "flake.lock",
  "Gemfile.lock",
  "go.sum",
  "gradle.lockfile",
  "mix.lock",
  "npm-shrinkwrap.json",
  "package-lock.json",
  "packages.lock.json",
  "Pipfile.lock",
  "pnpm-lock.yaml",
  "poetry.lock",
  "Podfile.lock",
  "pubspec.lock",
  "uv.lock",
  "yarn.lock",
]);

export interface Foldable {
  readonly path: string;
  /** Of its patch. */
  readonly lines: number;
  readonly hasLongLines: boolean;
  /** How its first hunk begins. */
  readonly opening: string;
  /** The repository says that it is generated. */
  readonly marked: boolean;
}

/** Why nobody reads this file's changes unless they want to; undefined for one that is read. */
export function foldReason({ path, lines, hasLongLines, opening, marked }: Foldable): FoldReason | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (marked || isSaidToBeGenerated(opening)) return "generated";
  if (locks.has(name)) return "lock";
  if (/[.-]min\.(?:js|css|mjs|cjs)$|\.(?:js|css)\.map$/.test(name)) return "minified";
  if (hasLongLines) return "long lines";
  return lines > hugeLines ? "huge" : undefined;
}

/** As generators write above what they made. */
function isSaidToBeGenerated(opening: string): boolean {
  return /^.{0,8}(?:@generated\b|Code generated .* DO NOT EDIT)/m.test(opening);
}
