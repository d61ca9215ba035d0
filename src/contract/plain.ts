/** Without control characters: what agents and repositories write must not steer a terminal, or what else shows it. */
export function plain(text: string): string {
  // Everything but tab and line feed of C0 and C1, and what turns the direction of text around.
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (found) =>
    found === "\n" || found === "\t" ? found : "",
  );
}
