import type { ItemBody } from "../../contract/items.ts";

/** Stands where a secret stood. */
const hidden = "[capability]";

/** `text` without the secret; unchanged where there is none. */
export function withoutSecret(text: string, secret: string | undefined): string {
  return secret === undefined || secret === "" ? text : text.replaceAll(secret, hidden);
}

/** An item whose texts do not tell the secret: a command that prints its environment must not put it on record. */
export function itemWithoutSecret(body: ItemBody, secret: string | undefined): ItemBody {
  const clean = (text: string) => withoutSecret(text, secret);
  switch (body.kind) {
    case "words":
    case "message":
    case "reasoning":
    case "notice":
      return { ...body, text: clean(body.text) };
    case "command":
      return { ...body, command: clean(body.command), output: clean(body.output) };
    case "tool":
      return { ...body, arguments: clean(body.arguments), result: clean(body.result) };
    case "edit":
      return body;
  }
}
