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
      return { ...body, files: body.files.map((file) => ({ ...file, path: clean(file.path) })) };
  }
}

/** A value of a schema, no text of which tells the secret: what an author asks, plans or notes is kept and shown. */
export function valueWithoutSecret<T>(
  schema: { readonly parse: (value: unknown) => T },
  value: T,
  secret: string | undefined,
): T {
  const text = JSON.stringify(value);
  const clean = withoutSecret(text, secret);
  return clean === text ? value : schema.parse(JSON.parse(clean));
}
