import { isUtf8 } from "node:buffer";
import { createHash, type Hash } from "node:crypto";
import { writtenPath, type DiffHunk, type FilePatch } from "../../contract/diffs.ts";
import { foldReason } from "./fold-reason.ts";

export interface ParseOptions {
  /** Whether files that nobody reads by default come without their lines. */
  readonly fold: boolean;
  /** Paths that the repository says are generated. */
  readonly generated: ReadonlySet<string>;
  /** Most lines of one file that are kept. */
  readonly mostLines: number;
}

/** A line of a patch has at most this many characters; of a longer one the ends are kept. */
const longestLine = 2_000;
/** A file with so long a line was not written by hand. */
const longLine = 20_000;

const newline = 0x0a;
const space = 0x20;
const plus = 0x2b;
const minus = 0x2d;
const backslash = 0x5c;

/** Reads what `git diff` writes, file by file. What a line holds is never taken for more than content: hunks say how many lines they have. */
export function* parsePatch(bytes: Buffer, options: ParseOptions): Generator<FilePatch> {
  let at = 0;
  let last: Reading | undefined;
  while (at < bytes.length) {
    const read = readFile(bytes, at);
    at = read.end;
    if (read.path === undefined) continue;
    // A file that became a link is told as one that went and one that came.
    if (last?.path === read.path) last = { ...last, hunks: [...last.hunks, ...read.hunks], end: read.end };
    else {
      if (last?.path !== undefined) yield patchOf(bytes, last.path, last, options);
      last = read;
    }
  }
  if (last?.path !== undefined) yield patchOf(bytes, last.path, last, options);
}

/** Characters of lines in a page: the first is small, so that the reader sees something soon. */
const firstPage = 60_000;
const fullPage = 250_000;
const mostFiles = 500;

/** The same in pages of a size that can be sent. */
export function* pagesOf(bytes: Buffer, options: ParseOptions): Generator<readonly FilePatch[]> {
  let patches: FilePatch[] = [];
  let size = 0;
  let most = firstPage;
  for (const patch of parsePatch(bytes, options)) {
    patches.push(patch);
    size += patch.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
    if (size < most && patches.length < mostFiles) continue;
    yield patches;
    patches = [];
    size = 0;
    most = fullPage;
  }
  yield patches;
}

/** Where a hunk lies in the patch. */
interface Found {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly section: string;
  readonly from: number;
  readonly to: number;
  readonly lines: number;
  readonly longest: number;
}

interface Reading {
  readonly path: string | undefined;
  /** Where its part of the patch begins, and where what stands before its hunks ends. */
  readonly start: number;
  readonly headEnd: number;
  readonly hunks: readonly Found[];
  readonly end: number;
}

function lineEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(newline, at);
  return end === -1 ? bytes.length : end;
}

function readFile(bytes: Buffer, start: number): Reading {
  let path: string | undefined;
  let at = start;
  for (;;) {
    const end = lineEnd(bytes, at);
    const isHunk = bytes[at] === 0x40 && bytes[at + 1] === 0x40;
    if (isHunk) break;
    if (at > start && startsWith(bytes, at, "diff --git ")) break;
    path = pathIn(bytes, at, end, path);
    at = end + 1;
    if (at >= bytes.length) break;
  }
  const headEnd = Math.min(at, bytes.length);
  const hunks: Found[] = [];
  while (at < bytes.length && bytes[at] === 0x40) {
    const hunk = readHunk(bytes, at);
    if (hunk === undefined) {
      at = lineEnd(bytes, at) + 1;
      continue;
    }
    hunks.push(hunk);
    at = hunk.to;
  }
  // Whatever is not understood is passed over, so that reading always ends.
  return { path, start, headEnd, hunks, end: Math.max(at, start + 1) };
}

function startsWith(bytes: Buffer, at: number, word: string): boolean {
  return bytes.length - at >= word.length && bytes.toString("latin1", at, at + word.length) === word;
}

/** What a line before the hunks says of the name; `+++` and `rename to` are surer than the first line, where two names stand unparted. */
function pathIn(bytes: Buffer, at: number, end: number, known: string | undefined): string | undefined {
  const line = bytes.subarray(at, end);
  const after = (word: string): Buffer | undefined =>
    startsWith(bytes, at, word) ? line.subarray(word.length) : undefined;
  const first = after("diff --git ");
  if (first !== undefined) return pathTwice(first) ?? known;
  const moved = after("rename to ") ?? after("copy to ");
  if (moved !== undefined) return pathText(unquoted(moved));
  const side = after("+++ ") ?? after("--- ");
  if (side === undefined) return known;
  const name = unquoted(side.at(-1) === 0x09 ? side.subarray(0, -1) : side);
  return name.equals(nowhere) ? known : pathText(name.subarray(2));
}

const nowhere = Buffer.from("/dev/null");

/** Of `a/NAME b/NAME`, the name: two of the same length, or each in quotes. */
function pathTwice(line: Buffer): string | undefined {
  if (line[0] !== 0x22) {
    const half = (line.length - 1) / 2;
    return Number.isInteger(half) && line[half] === space ? pathText(line.subarray(half + 3)) : undefined;
  }
  const second = line.lastIndexOf(' "');
  return second === -1 ? undefined : pathText(unquoted(line.subarray(second + 1)).subarray(2));
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, "\\": 92 };

/** Git puts names with unusual bytes in quotes, with escapes as in C. */
function unquoted(name: Buffer): Buffer {
  if (name[0] !== 0x22) return name;
  const bytes: number[] = [];
  for (let at = 1; at < name.length - 1; at += 1) {
    const byte = name[at] ?? 0;
    if (byte !== backslash) {
      bytes.push(byte);
      continue;
    }
    const next = String.fromCharCode(name[at + 1] ?? 0);
    if (/[0-3]/.test(next)) {
      bytes.push(Number.parseInt(name.toString("latin1", at + 1, at + 4), 8));
      at += 3;
    } else {
      bytes.push(escapes[next] ?? 63);
      at += 1;
    }
  }
  return Buffer.from(bytes);
}

function pathText(name: Buffer): string {
  return writtenPath(name.toString("latin1"), isUtf8(name) ? name.toString() : undefined);
}

function readHunk(bytes: Buffer, at: number): Found | undefined {
  const headEnd = lineEnd(bytes, at);
  const head = bytes.subarray(at, Math.min(headEnd, at + 1_000)).toString();
  const match = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/s.exec(head);
  if (match === null) return undefined;
  const [, oldStart, oldLines = "1", newStart, newLines = "1", section = ""] = match;
  let oldLeft = Number(oldLines);
  let newLeft = Number(newLines);
  const from = headEnd + 1;
  let to = from;
  let lines = 0;
  let longest = 0;
  while (to < bytes.length) {
    const kind = bytes[to];
    if (kind !== backslash) {
      if (oldLeft <= 0 && newLeft <= 0) break;
      // An empty line without its space was context for some old programs.
      if (kind !== plus) oldLeft -= 1;
      if (kind !== minus) newLeft -= 1;
    }
    const end = lineEnd(bytes, to);
    longest = Math.max(longest, end - to);
    lines += 1;
    to = end + 1;
  }
  return {
    oldStart: Number(oldStart),
    oldLines: Number(oldLines),
    newStart: Number(newStart),
    newLines: Number(newLines),
    section: section.slice(0, 200),
    from,
    to: Math.min(to, bytes.length),
    lines,
    longest,
  };
}

function patchOf(bytes: Buffer, path: string, { start, headEnd, hunks }: Reading, options: ParseOptions): FilePatch {
  const lines = hunks.reduce((sum, hunk) => sum + hunk.lines, 0);
  const longest = hunks.reduce((most, hunk) => Math.max(most, hunk.longest), 0);
  const ids = idsOf(bytes, path, hunks);
  const whole = hash(path);
  if (hunks.length === 0) whole.update(bytes.subarray(start, headEnd));
  for (const id of ids) whole.update(id);
  const id = whole.digest("base64url").slice(0, idLength);
  const first = hunks[0];
  const opening = first === undefined ? "" : bytes.toString("latin1", first.from, Math.min(first.to, first.from + 400));
  const folded = options.fold
    ? foldReason({ path, lines, hasLongLines: longest > longLine, opening, marked: options.generated.has(path) })
    : undefined;
  if (folded !== undefined) return { path, id, lines, hunks: [], folded };

  let left = options.mostLines;
  let cut = false;
  let latin1 = false;
  const told: DiffHunk[] = [];
  for (const [index, hunk] of hunks.entries()) {
    if (hunk.lines > left) {
      cut = true;
      break;
    }
    left -= hunk.lines;
    const text = hunkText(bytes, hunk);
    latin1 ||= text.latin1;
    const { from: _from, to: _to, lines: _lines, longest: _longest, ...place } = hunk;
    told.push({ id: ids[index] ?? "", ...place, lines: text.lines });
  }
  return { path, id, lines, hunks: told, ...(cut ? { cut } : {}), ...(latin1 ? { latin1 } : {}) };
}

const idLength = 32;

function hash(path: string): Hash {
  return createHash("sha256").update(path).update("\0");
}

/**
 * Long enough that nobody who writes the diff finds two with the same: what the human saw would stand for what they did not.
 * Of hunks that are alike to the last byte the second is told apart as the second.
 */
function idsOf(bytes: Buffer, path: string, hunks: readonly Found[]): string[] {
  const seen = new Map<string, number>();
  return hunks.map(({ from, to }) => {
    const id = hash(path).update(bytes.subarray(from, to)).digest("base64url").slice(0, idLength);
    const before = seen.get(id) ?? 0;
    seen.set(id, before + 1);
    return before === 0 ? id : hash(id).update(String(before)).digest("base64url").slice(0, idLength);
  });
}

function hunkText(bytes: Buffer, { from, to, longest }: Found): { readonly lines: string; readonly latin1: boolean } {
  const body = bytes.subarray(from, bytes[to - 1] === newline ? to - 1 : to);
  const latin1 = !isUtf8(body);
  const text = body.toString(latin1 ? "latin1" : "utf8");
  return { latin1, lines: longest <= longestLine ? text : text.split("\n").map(shortened).join("\n") };
}

function shortened(line: string): string {
  if (line.length <= longestLine) return line;
  const kept = longestLine / 2;
  const left = line.length - 2 * kept;
  return `${line.slice(0, kept)} […${String(left)} characters left out…] ${line.slice(-kept)}`.toWellFormed();
}
