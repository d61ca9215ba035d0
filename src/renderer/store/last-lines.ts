import type { Item } from "../../contract/items.ts";
import type { DiffRead } from "./diff-state.ts";

const mostItems = 6;
const linesOfEach = 5;

/** What a workstream said and did last, a few lines of each, oldest first; enough to know where it stands. */
export function lastLines(items: readonly Item[], most: number): string[] {
  return items.slice(-mostItems).flatMap(linesOf).slice(-most);
}

function linesOf({ body }: Item): string[] {
  switch (body.kind) {
    case "message":
      return tail(body.text);
    case "command": {
      const ended = body.exitCode === undefined ? "" : ` → ${String(body.exitCode)}`;
      return [`$ ${body.command.split("\n", 1)[0] ?? ""}${ended}`, ...tail(body.output)];
    }
    case "edit":
      return [`edited ${body.files.map(({ path }) => path).join(", ")}`];
    case "notice":
      return [body.text];
    case "words":
      return body.from === "human" ? [`you: ${body.text.split("\n", 1)[0] ?? ""}`] : [];
    case "reasoning":
    case "tool":
      return [];
  }
}

function tail(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-linesOfEach)
    .map((line) => line.slice(0, 400));
}

/** The first lines of a diff that change something, with the file they are in. */
export function firstHunk(
  { files, patches }: Pick<DiffRead, "files" | "patches">,
  most: number,
): { readonly path: string; readonly lines: string[] } | undefined {
  for (const { path } of files) {
    const hunk = patches.get(path)?.hunks[0];
    if (hunk !== undefined) return { path, lines: hunk.lines.split("\n", most).map((line) => line.slice(0, 400)) };
  }
  return undefined;
}
