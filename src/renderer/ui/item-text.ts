import type { ItemBody } from "../../contract/items.ts";
import { visibleParts, withoutEscapes } from "./visible-text.ts";

/**
 * What an item says, to be pasted elsewhere. What would act unseen there is named instead, as it is on the screen: a command
 * that is pasted into a terminal is the one that was read.
 */
export function itemText(body: ItemBody, whole: boolean): string {
  return asSeen(textOf(body, whole));
}

function textOf(body: ItemBody, whole: boolean): string {
  switch (body.kind) {
    case "words":
    case "message":
    case "reasoning":
    case "notice":
      return body.text;
    case "command":
      return whole ? `${body.command}\n${body.output}` : body.command;
    case "edit":
      return body.files.map(({ path }) => path).join("\n");
    case "tool":
      return whole ? `${body.tool} ${body.arguments}\n${body.result}` : `${body.tool} ${body.arguments}`;
  }
}

function asSeen(text: string): string {
  return visibleParts(withoutEscapes(text))
    .map((part) => part.text)
    .join("");
}
