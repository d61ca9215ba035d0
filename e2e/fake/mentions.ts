import type { Mention } from "../../src/contract/mentions.ts";

const files: readonly Mention[] = [
  { path: "src/payments/retry.ts", changed: true },
  { path: "src/payments/client.ts", changed: true },
  { path: "docs/retry policy.md", changed: false },
  { path: "src/\u202esr.tset/retry.ts", changed: false },
  { path: "--output=retry\n<img src=x onerror=alert(1)>/אבג/12.ts", changed: false },
];
const symbols: readonly Mention[] = [
  { path: "src/payments/retry.ts", line: 12, name: "retryOnce", changed: true },
  { path: "src/http/limits.ts", line: 41, name: "retryAfter", changed: false },
];

/** What of a small worktree has the letters in it. */
export function mentionsOf(what: "file" | "symbol", text: string): { found: Mention[]; partial: boolean } {
  const all = what === "file" ? files : symbols;
  const wanted = text.toLowerCase();
  const found = all.filter(({ path, name = "" }) => (what === "file" ? path : name).toLowerCase().includes(wanted));
  return { found, partial: false };
}
