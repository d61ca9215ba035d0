import { searchKindSchema, senderSchema, type SearchKind, type Sender } from "./search.ts";

/** A word, or words that must follow one another. A word also stands for those that begin like it; a phrase does not. */
export interface SearchTerm {
  readonly text: string;
  readonly prefix: boolean;
  /** Whether it must not be there. */
  readonly not: boolean;
}

/** A filter's value, and whether it is what is not wanted. */
interface Named<T> {
  readonly value: T;
  readonly not: boolean;
}

/** A search as it was meant. What makes no sense is in `ignored` in words; nothing is ever an error. */
export interface SearchQuery {
  readonly terms: readonly SearchTerm[];
  readonly kinds: readonly Named<SearchKind>[];
  readonly from: readonly Named<Sender>[];
  /** Numbers or names of workstreams, and names of projects, as they were typed. */
  readonly in: readonly Named<string>[];
  readonly projects: readonly Named<string>[];
  /** Milliseconds since the epoch: from this moment on, and up to this one. */
  readonly since?: number;
  readonly before?: number;
  readonly ignored: readonly string[];
}

const mostTerms = 12;
const longestWord = 64;
const longestPhrase = 200;
const mostFilters = 20;

/** An optional minus; then a name before a colon and its value, or a quoted text, or all up to the next space. */
const clause = /(-?)(?:([a-z]+):(?:"([^"]*)"?|(\S*))|"([^"]*)"?|(\S+))/giu;
const hasWord = /[\p{L}\p{N}]/u;

type Draft = { -readonly [K in keyof SearchQuery]: SearchQuery[K] extends readonly (infer T)[] ? T[] : SearchQuery[K] };

/** Reads what a human typed; `now` and its time zone say what "yesterday" is. */
export function parseSearch(text: string, now: Date): SearchQuery {
  const query: Draft = { terms: [], kinds: [], from: [], in: [], projects: [], ignored: [] };
  for (const [, minus = "", name = "", ...rest] of text.replaceAll(/\p{Cc}/gu, " ").matchAll(clause)) {
    const not = minus !== "";
    const quoted = rest[0] ?? rest[2];
    const word = rest[1] ?? rest[3] ?? "";
    const filter = filters.get(name.toLowerCase());
    if (filter === undefined) {
      addTerm(query, name === "" ? word : `${name}:${word}`, quoted, name, not);
      continue;
    }
    const value = (quoted ?? word).trim();
    const problem = value === "" ? "has no value" : filter(query, value, not, now);
    if (problem !== undefined) ignore(query, `${minus}${name}:${value}`, problem);
  }
  return query;
}

type Filter = (query: Draft, value: string, not: boolean, now: Date) => string | undefined;

const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>(
  Object.entries({
    in: (query: Draft, value: string, not: boolean) => add(query.in, { value, not }),
    project: (query, value, not) => add(query.projects, { value, not }),
    kind: (query, value, not) => {
      const kind = kindNamed(value.toLowerCase());
      return kind === undefined
        ? `kinds are ${searchKindSchema.options.join(", ")}`
        : add(query.kinds, { value: kind, not });
    },
    from: (query, value, not) => {
      const sender = senderSchema.safeParse(value.toLowerCase());
      return sender.success
        ? add(query.from, { value: sender.data, not })
        : `words are from ${senderSchema.options.join(", ")}`;
    },
    since: (query, value, not, now) => {
      const time = timeNamed(value, now);
      if (time === undefined || not) return timesThereAre;
      query.since = Math.max(query.since ?? 0, time);
      return undefined;
    },
    before: (query, value, not, now) => {
      const time = timeNamed(value, now);
      if (time === undefined || not) return timesThereAre;
      query.before = Math.min(query.before ?? Infinity, time);
      return undefined;
    },
  } satisfies Record<string, Filter>),
);

const timesThereAre = "a time is today, yesterday, 3h, 2d, 1w or 2026-11-19";

function add<T>(to: T[], value: T): string | undefined {
  if (to.length >= mostFilters) return "there are too many like it";
  to.push(value);
  return undefined;
}

function addTerm(query: Draft, word: string, quoted: string | undefined, name: string, not: boolean): void {
  const isPhrase = quoted !== undefined;
  const written = isPhrase ? `${name === "" ? "" : `${name} `}${quoted}` : word;
  const starred = !isPhrase && written.endsWith("*");
  const text = (starred ? written.replace(/\*+$/u, "") : written)
    .slice(0, isPhrase ? longestPhrase : longestWord)
    .trim();
  if (!hasWord.test(text)) {
    if (written.trim() !== "") ignore(query, written, "has no letter and no digit");
    return;
  }
  if (query.terms.length >= mostTerms) return ignore(query, written, `only ${String(mostTerms)} words are looked for`);
  const isLong = Array.from(text).length > 1;
  if (starred && !isLong)
    ignore(query, written, "one letter is the beginning of too many words; it is taken as a word");
  // What must not be there is meant as it is written: leaving out all that begins like it would hide too much.
  query.terms.push({ text, prefix: isLong && !isPhrase && (starred || !not), not });
}

function ignore(query: Draft, what: string, why: string): void {
  if (query.ignored.length < 20) query.ignored.push(`${what.slice(0, 80)}: ${why}`);
}

/** By its name, or by a plural or another word for it. */
function kindNamed(word: string): SearchKind | undefined {
  const other: Readonly<Record<string, SearchKind>> = { steer: "words", question: "request", approval: "request" };
  const names = [word, word.replace(/s$/u, "")];
  const kind = names.map((name) => searchKindSchema.safeParse(name)).find((found) => found.success)?.data;
  return kind ?? names.map((name) => (Object.hasOwn(other, name) ? other[name] : undefined)).find(Boolean);
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function timeNamed(word: string, now: Date): number | undefined {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  if (/^today$/iu.test(word)) return midnight.getTime();
  if (/^yesterday$/iu.test(word)) return midnight.setDate(midnight.getDate() - 1);
  const [, amount, unit = ""] = /^(\d{1,4})([mhdw])$/iu.exec(word) ?? [];
  if (amount !== undefined) return Math.max(0, now.getTime() - Number(amount) * (units[unit.toLowerCase()] ?? 0));
  const [, year, month = 0, day = 0] = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(word) ?? [];
  if (year === undefined) return undefined;
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  // The thirtieth of February is a slip, and not the second of March.
  return date.getDate() === Number(day) && date.getTime() >= 0 ? date.getTime() : undefined;
}
