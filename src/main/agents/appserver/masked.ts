/** What could be a capability. */
const tokens = /(?<![\w-])[\w-]{43}(?![\w-])/g;

/**
 * A program's own words, fit to be stored and shown: one process serves many threads, and what it says of a call that failed
 * has the address of that call in it, with the token of a thread that need not be the reader's.
 */
export function masked(text: string): string {
  return text.replace(tokens, "[capability]");
}
