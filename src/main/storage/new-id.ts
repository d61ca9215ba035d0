/** What an id is of: `src/contract/ids.ts` has the patterns; `m` is for words, `i` for items and intents of the engine's own. */
export type IdPrefix = "p" | "w" | "t" | "r" | "a" | "c" | "x" | "m" | "i" | "v";

/** Crockford's base 32, lower case: no letter that looks like a digit. */
const digits = "0123456789abcdefghjkmnpqrstvwxyz";
const timeDigits = 9;
const randomBytes = 5;

/**
 * Makes ids that sort by the time they were made, as text and even within one millisecond or when the clock is set back:
 * prefix, nine digits of time, eight digits of chance. They are names, not secrets.
 * `random` gives that many bytes of cryptographic randomness.
 */
export function createNewId(deps: {
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
}): (prefix: IdPrefix) => string {
  let last = 0;
  return (prefix) => {
    last = Math.max(last + 1, deps.clock());
    return prefix + timeText(last) + randomText(deps.random(randomBytes));
  };
}

function timeText(ms: number): string {
  let left = ms;
  let text = "";
  while (text.length < timeDigits) {
    text = digits.charAt(left % 32) + text;
    left = Math.floor(left / 32);
  }
  return text;
}

function randomText(bytes: Uint8Array): string {
  let bits = bytes.reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
  let text = "";
  while (text.length < (randomBytes * 8) / 5) {
    text = digits.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return text;
}
