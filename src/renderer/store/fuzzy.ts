/**
 * Those whose text holds all letters in their order, best first: letters that follow one another, that begin a word, and
 * that stand in the file's own name count more. Text that is typed is never a pattern.
 */
export function fuzzy<T>(all: readonly T[], typed: string, textOf: (one: T) => string, most: number): T[] {
  const wanted = typed.toLowerCase().replaceAll(/\s+/g, "");
  if (wanted === "") return all.slice(0, most);
  return all
    .map((one) => ({ one, score: scoreOf(textOf(one), wanted) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ one }) => one);
}

/** From the end, so that letters are found in the name before they are found in its folders; 0 when one is missing. */
function scoreOf(text: string, wanted: string): number {
  const lower = text.toLowerCase();
  const whole = lower.lastIndexOf(wanted);
  const name = lower.lastIndexOf("/") + 1;
  if (whole !== -1) return 10_000 + (whole === name ? 2_000 : whole > name ? 1_000 : 0) - text.length;
  let at = lower.length;
  let score = 1_000;
  for (let letter = wanted.length - 1; letter >= 0; letter -= 1) {
    const found = lower.lastIndexOf(wanted[letter] ?? "", at - 1);
    if (found === -1 || at === 0) return 0;
    if (found === at - 1) score += 10;
    if (found === 0 || /[/._-]/.test(lower[found - 1] ?? "")) score += 8;
    if (found >= name) score += 4;
    at = found;
  }
  return Math.max(1, score - text.length);
}
