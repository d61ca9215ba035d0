import { assertNever } from "../../contract/errors.ts";
import type { Item } from "../../contract/items.ts";
import type { RequestBody } from "../../contract/requests.ts";
import type { SearchKind, Sender } from "../../contract/search.ts";

/** What is indexed of a text beside its words: by what it can be filtered. */
export interface Facets {
  readonly workstreamId: string;
  readonly projectId: string | undefined;
  readonly kind: SearchKind;
  readonly from: Sender;
}

/** Words that stand for filters, in a column of their own; letters and digits only, so that the index takes each whole. */
export const facetWord = {
  all: "zall",
  kind: (kind: SearchKind) => `k${kind}`,
  from: (from: Sender) => `f${from}`,
  /** Ids are such words as they are. */
  id: (id: string) => id,
} as const;

export function facetsOf({ workstreamId, projectId, kind, from }: Facets): string {
  const words = [facetWord.all, facetWord.kind(kind), facetWord.from(from), facetWord.id(workstreamId)];
  return (projectId === undefined ? words : [...words, facetWord.id(projectId)]).join(" ");
}

/** How the transcript begins a note of its author or of the human. */
const noteBegins = "Note: ";

export function kindOf({ body }: Item): SearchKind {
  return body.kind === "notice" && body.text.startsWith(noteBegins) ? "note" : body.kind;
}

export function senderOf({ body, threadId }: Item): Sender {
  if (body.kind === "words") return body.from;
  if (body.kind === "notice" && body.text.startsWith(noteBegins)) return "agent";
  // What belongs to no thread the engine did itself.
  return body.kind === "notice" || (body.kind === "command" && threadId === undefined) ? "engine" : "agent";
}

export function textOfItem({ body }: Item): string {
  switch (body.kind) {
    case "words":
    case "message":
    case "reasoning":
    case "notice":
      return body.text;
    case "command":
      return `${body.command}\n${body.output}`;
    case "edit":
      return body.files.map((file) => file.path).join("\n");
    case "tool":
      return `${body.tool}\n${body.arguments}\n${body.result}`;
    default:
      return assertNever(body);
  }
}

export function textOfRequest(body: RequestBody): string {
  switch (body.kind) {
    case "command":
      return `${body.command}\n${body.reason}`;
    case "edit":
      return [...body.paths, body.reason].join("\n");
    case "tool":
      return `${body.tool}\n${body.arguments}\n${body.reason}`;
    case "permissions":
      return `${body.wanted}\n${body.reason}`;
    case "question":
      return body.questions
        .map(({ header, text, options }) => [header, text, ...options.map(({ label }) => label)].join("\n"))
        .join("\n");
    default:
      return assertNever(body);
  }
}

/** Scripts that put no spaces between words. */
const unspaced = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]/gu;

/** As the index reads it: each character of a script without spaces is a word, so that any run of them can be found. */
export function spaced(text: string): string {
  return text.replaceAll(unspaced, " $& ");
}
