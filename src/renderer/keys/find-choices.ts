/** Something that is found by typing. */
export interface Findable {
  readonly id: string;
  readonly title: string;
  /** Other words it is looked for by. */
  readonly also: string;
  /** Why it cannot be chosen now; such a one is shown to who looks for it, and last. */
  readonly not?: string;
}

/** How well a word fits, by the way in which it does. */
const points = { number: 120, beginning: 100, word: 60, other: 35, inside: 25, otherInside: 15, letters: 5 };
/** So much the last chosen one is ahead of one that was never chosen; each before it a little less. */
const recentPoints = 20;

/**
 * What fits all the typed words, best first; what was chosen lately is ahead of its equals. Without words, what can be chosen: what
 * was chosen lately, then all in the order given.
 */
export function findChoices<C extends Findable>(all: readonly C[], text: string, recent: readonly string[]): C[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const lately = (id: string): number => {
    const at = recent.indexOf(id);
    return at === -1 ? 0 : recentPoints - at;
  };
  const scored = all.flatMap((choice) => {
    if (words.length === 0) return choice.not === undefined ? [{ choice, score: lately(choice.id) }] : [];
    const fits = words.map((word) => fit(choice, word));
    if (fits.includes(0)) return [];
    return [{ choice, score: fits.reduce((sum, one) => sum + one, 0) / words.length + lately(choice.id) }];
  });
  const held = ({ not }: Findable): number => (not === undefined ? 0 : 1);
  return scored.toSorted((a, b) => held(a.choice) - held(b.choice) || b.score - a.score).map(({ choice }) => choice);
}

function fit({ title, also }: Findable, word: string): number {
  const name = title.toLowerCase();
  if (/^\d+$/.test(word) && name.split(/\D/)[0] === word) return points.number;
  if (name.startsWith(word)) return points.beginning;
  if (beginsWord(name, word)) return points.word;
  if (beginsWord(also.toLowerCase(), word)) return points.other;
  if (name.includes(word)) return points.inside;
  if (also.toLowerCase().includes(word)) return points.otherInside;
  return word.length > 1 && areBeginnings(name, word) ? points.letters : 0;
}

function beginsWord(text: string, word: string): boolean {
  return text.split(/[\s\-_/:,.()]+/).some((one) => one.startsWith(word));
}

/**
 * Whether its letters begin words of the text, in their order, each word giving as many of its first letters as it likes: `gtg`,
 * `gogr`. What is reached is carried from word to word, so that no text makes it slow.
 */
function areBeginnings(text: string, letters: string): boolean {
  let reached = new Set([0]);
  for (const word of text.split(/[\s\-_/:,.()]+/).filter(Boolean)) {
    const next = new Set(reached);
    for (const at of reached) {
      for (let taken = 1; at + taken <= letters.length && word[taken - 1] === letters[at + taken - 1]; taken += 1) {
        next.add(at + taken);
      }
    }
    reached = next;
  }
  return reached.has(letters.length);
}
