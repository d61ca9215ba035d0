/** Cuts `text` to `limit` characters: its beginning and, longer, its end, with the gap named between them. */
export function bounded(text: string, limit: number): { readonly text: string; readonly truncated: boolean } {
  if (text.length <= limit) return { text, truncated: false };
  const note = `\n… ${text.length - limit} characters left out …\n`;
  const head = Math.floor((limit - note.length) / 4);
  const tail = limit - note.length - head;
  // A cut may halve a surrogate pair.
  return { text: (text.slice(0, head) + note + text.slice(-tail)).toWellFormed(), truncated: true };
}

/** The first `limit` characters. */
export function clipped(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}…`;
}

/** JSON of any value, or an empty text for nothing. */
export function jsonText(value: unknown): string {
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
