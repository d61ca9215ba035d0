import path from "node:path";
import type { PageNews } from "../../contract/host.ts";

/** The scheme of links into the control room. */
export const linkScheme = "coxswain";

/** What a link may ask for: to be shown something, or that the human is asked. None starts or approves anything. */
export type Link = Extract<PageNews, { kind: "go" | "offer-project" }>;

/** Longer ones are no links of ours. */
const maxLink = 8_192;
const maxPath = 4_096;

/**
 * Reads `coxswain://workstream/<number or id>`, `coxswain://attention` and `coxswain://open?path=<absolute path>`. Whoever
 * makes links writes exactly these; anything else is undefined.
 */
export function parseLink(text: string): Link | undefined {
  if (text.length > maxLink) return undefined;
  const [, workstream] = /^coxswain:\/\/workstream\/([1-9]\d{0,8}|w[0-9a-z]{8,40})\/?$/.exec(text) ?? [];
  if (workstream !== undefined) return { kind: "go", workstream };
  if (/^coxswain:\/\/attention\/?$/.test(text)) return { kind: "go" };
  const [, encoded] = /^coxswain:\/\/open\/?\?path=([^&#]+)$/.exec(text) ?? [];
  const wanted = encoded === undefined ? undefined : decoded(encoded);
  return wanted === undefined || !isPlainPath(wanted) ? undefined : { kind: "offer-project", path: wanted };
}

/** The first argument that looks like one of ours, whether or not it can be read. */
export function findLink(args: readonly string[]): string | undefined {
  return args.find((argument) => argument.startsWith(`${linkScheme}:`));
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Absolute, without a way up, and free of what could show another path than the one that is meant. */
function isPlainPath(wanted: string): boolean {
  return (
    wanted.length <= maxPath &&
    path.isAbsolute(wanted) &&
    !wanted.startsWith("//") &&
    !wanted.startsWith("\\\\") &&
    !wanted.split(/[/\\]/).includes("..") &&
    !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(wanted)
  );
}
