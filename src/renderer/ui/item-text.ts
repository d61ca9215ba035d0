import type { ItemBody } from "../../contract/items.ts";
import { visibleParts, withoutEscapes } from "./visible-text.ts";

/**
 * What an item says, to be pasted elsewhere. What would act unseen there is named instead, as it is on the screen: a command
 * that is pasted into a terminal is the one that was read.
 */
export function itemText(body: ItemBody, whole: boolean): string {
  switch (body.kind) {
    case "words":
    case "message":
    case "reasoning":
    case "notice":
      return named(withoutEscapes(body.text), "text");
    case "command":
      return withEnd(named(body.command, "command"), whole ? body.output : undefined);
    case "edit":
      return body.files.map(({ path }) => named(path, "name")).join("\n");
    case "tool":
      return withEnd(named(`${body.tool} ${body.arguments}`, "command"), whole ? body.result : undefined);
  }
}

function withEnd(head: string, output: string | undefined): string {
  return output === undefined ? head : `${head}\n${named(withoutEscapes(output), "text")}`;
}

function named(text: string, as: Parameters<typeof visibleParts>[1]): string {
  return visibleParts(text, as)
    .map((part) => part.text)
    .join("");
}
