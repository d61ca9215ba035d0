import type { Item, ItemBody } from "../../contract/items.ts";

const names: Partial<Record<ItemBody["kind"], readonly [one: string, many: string]>> = {
  command: ["command", "commands"],
  edit: ["edit", "edits"],
  tool: ["call", "calls"],
  reasoning: ["thought", "thoughts"],
};

/** How many of each there are, and what of it went wrong. */
export function groupWords(items: readonly Item[]): { what: string; failed: string | undefined } {
  const counts = Map.groupBy(items, ({ body }) => body.kind);
  const what = [...counts].map(([kind, { length }]) => {
    const [one, many] = names[kind] ?? [kind, kind];
    return `${String(length)} ${length === 1 ? one : many}`;
  });
  const failed = items.filter(({ body }) => "status" in body && body.status === "failed").length;
  const declined = items.filter(({ body }) => "status" in body && body.status === "declined").length;
  const wrong = [
    ...(failed === 0 ? [] : [`${String(failed)} failed`]),
    ...(declined === 0 ? [] : [`${String(declined)} declined`]),
  ];
  return { what: what.join(", "), failed: wrong.length === 0 ? undefined : wrong.join(", ") };
}
