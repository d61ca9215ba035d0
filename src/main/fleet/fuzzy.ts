/**
 * How well letters that were typed fit a path: all must be in it, in their order. Higher is better; undefined where they do not
 * fit. Letters side by side, at the beginning of a word and in the file's own name count more.
 */
export function fit(typed: string, path: string): number | undefined {
  const wanted = typed.toLowerCase();
  const lower = path.toLowerCase();
  const nameAt = path.lastIndexOf("/") + 1;
  const whole = lower.indexOf(wanted, nameAt);
  if (whole !== -1) return 300 + (whole === nameAt ? 100 : 0) - Math.min(10, path.length / 10);
  const anywhere = lower.indexOf(wanted);
  if (anywhere !== -1) return 200 - Math.min(10, path.length / 10);
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = lower.indexOf(letter, at + 1);
    if (next === -1) return undefined;
    if (next === at + 1) score += 3;
    if (next === 0 || /[/._-]/.test(path[next - 1] ?? "")) score += 4;
    if (next >= nameAt) score += 1;
    at = next;
  }
  return score - Math.min(10, path.length / 10);
}
