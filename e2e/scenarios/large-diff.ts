import type { ChangedFile } from "../../src/contract/diffs.ts";

/** A patch with the list of its files, as git would tell both. */
export interface MadeDiff {
  readonly files: readonly ChangedFile[];
  readonly patch: string;
}

/** Chance that is the same for the same seed (mulberry32). */
function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const nouns =
  "order cart price shelf parcel refund customer session token invoice ledger basket voucher stock route".split(" ");
const verbs = "read load merge find count apply reserve release parse render check price settle collect".split(" ");

/** Lines that read like the middle of a program. */
function createWriter(chance: () => number) {
  const one = (words: readonly string[]): string => words[Math.floor(chance() * words.length)] ?? "";
  const noun = (): string => one(nouns);
  const called = (): string => `${one(verbs)}${noun().replace(/^./, (letter) => letter.toUpperCase())}`;
  const kinds: readonly (() => string)[] = [
    () => `  const ${noun()} = await ${called()}(${noun()}.id, { limit: ${String(Math.floor(chance() * 500))} });`,
    () =>
      `  if (${noun()} === undefined || ${noun()}.length === 0) return fail("NOT_FOUND", \`No ${noun()} for \${id}.\`);`,
    () => `  // The ${noun()} is only known after the ${noun()} was settled, which can take a while.`,
    () => `  for (const ${noun()} of ${noun()}s.filter(({ state }) => state !== "closed")) ${called()}(${noun()});`,
    () => `export async function ${called()}(${noun()}: Readonly<Record<string, number>>): Promise<Result<void>> {`,
    () =>
      `  return ok({ ...${noun()}, total: ${noun()}.amount * ${String(Math.floor(chance() * 90))}, currency: "EUR" });`,
    () => "}",
    () => "",
    () =>
      `  expect(${called()}(${noun()})).toEqual([${String(chance() > 0.5)}, "${noun()}-${noun()}", /${noun()}\\d+/]);`,
  ];
  return (): string => kinds[Math.floor(chance() * kinds.length)]?.() ?? "";
}

/** Many files, each changed in several places, with `lines` changed lines in all, half of them new. */
export function largeDiff({ files: count = 200, lines = 20_000, seed = 1 } = {}): MadeDiff {
  const chance = chanceFrom(seed);
  const line = createWriter(chance);
  const files: ChangedFile[] = [];
  const patches: string[] = [];
  const each = Math.floor(lines / count);
  for (let at = 0; at < count; at += 1) {
    const path = `src/${nouns[at % nouns.length] ?? ""}/${nouns[(at * 7) % nouns.length] ?? ""}-${String(at)}.ts`;
    const parts = [`diff --git a/${path} b/${path}`, "index 3f1c2ab..9d2e4bb 100644", `--- a/${path}`, `+++ b/${path}`];
    let left = at === count - 1 ? lines - each * (count - 1) : each;
    const shares = { added: 0, removed: 0 };
    let old = 1;
    let now = 1;
    while (left > 0) {
      const removed = Math.min(left, 1 + Math.floor(chance() * 8));
      const added = Math.min(left - removed, Math.floor(chance() * 16));
      const gap = 10 + Math.floor(chance() * 60);
      old += gap;
      now += gap;
      parts.push(
        `@@ -${String(old)},${String(removed + 6)} +${String(now)},${String(added + 6)} @@ ${line().trim().slice(0, 60)}`,
      );
      const say = (mark: string, many: number): void => {
        for (let told = 0; told < many; told += 1) parts.push(`${mark}${line()}`);
      };
      say(" ", 3);
      say("-", removed);
      say("+", added);
      say(" ", 3);
      old += removed + 6;
      now += added + 6;
      left -= removed + added;
      shares.added += added;
      shares.removed += removed;
    }
    files.push({ path, change: "modified", binary: false, ...shares });
    patches.push(`${parts.join("\n")}\n`);
  }
  return { files, patch: patches.join("") };
}

/** One file of which every line changed. */
export function rewrittenFile({ lines = 20_000, path = "src/rewritten.ts", seed = 2 } = {}): MadeDiff {
  const line = createWriter(chanceFrom(seed));
  const half = Math.floor(lines / 2);
  const parts = [
    `diff --git a/${path} b/${path}`,
    "index 3f1c2ab..9d2e4bb 100644",
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -1,${String(half)} +1,${String(half)} @@`,
  ];
  for (const mark of ["-", "+"]) for (let at = 0; at < half; at += 1) parts.push(`${mark}${line()}`);
  const file: ChangedFile = { path, change: "modified", binary: false, added: half, removed: half };
  return { files: [file], patch: `${parts.join("\n")}\n` };
}
