/** Without control characters: what agents and repositories write must not steer a terminal, or what else shows it. */
export function plain(text: string): string {
  // Everything but tab and line feed of C0 and C1, and what turns the direction of text around; separators are one space each.
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (found) => {
    if (found === "\u2028" || found === "\u2029") return " ";
    return found === "\n" || found === "\t" ? found : "";
  });
}
