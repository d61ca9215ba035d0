/*
 * Speaks as a busy agent's terminal does, at a steady rate: `node speak.mjs BYTES_PER_SECOND SEED`. Coloured lines of tests,
 * diffs and words, and progress that overwrites itself; the same seed says the same.
 */
const [rate = 200_000, seed = 1] = process.argv.slice(2).map(Number);
const tickMs = 50;
const words =
  "refactor worktree patch review thread agent queue commit branch failing passing assert expect mount stream token".split(
    " ",
  );

let state = seed;
const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
const word = () => words[Math.floor(next() * words.length)];

/** @type {readonly ((at: number) => string)[]} */
const kinds = [
  (at) =>
    `\x1b[2m${String(at).padStart(6)}\x1b[0m \x1b[32m✓\x1b[0m ${word()} › ${word()} \x1b[2m(${at % 90} ms)\x1b[0m\r\n`,
  (at) => `\x1b[31m- const ${word()} = ${word()}(${at});\x1b[0m\r\n`,
  (at) => `\x1b[32m+ const ${word()} = await ${word()}({ ${word()}: ${at}, ${word()}: "${word()}" });\x1b[0m\r\n`,
  (at) => `\x1b[38;5;${20 + (at % 200)}m${word()}\x1b[0m \x1b[1m${word()}\x1b[0m ${word()} ${word()} ${word()}\r\n`,
  (at) => `\r\x1b[K⠋ ${word()}ing… ${at % 100}%\r\x1b[K⠙ ${word()}ing… ${at % 100}%\r\n`,
  () => `${Array.from({ length: 9 }, word).join(" ")}\r\n`,
];

let text = "";
for (let at = 0; text.length < 2_000_000; at += 1) text += kinds[at % kinds.length]?.(at) ?? "";
const all = Buffer.from(text);

const began = performance.now();
let sent = 0;
setInterval(() => {
  const due = Math.floor(((performance.now() - began) * rate) / 1_000);
  // What a full pipe did not take is not made up for at once.
  if (process.stdout.writableLength > rate) return;
  const from = sent % all.length;
  const piece = all.subarray(from, Math.min(all.length, from + Math.min(due - sent, rate)));
  sent += piece.length;
  process.stdout.write(piece);
}, tickMs);
