import { assertNever } from "../../../contract/errors.ts";
import { itemTextLimit } from "../../../contract/items.ts";
import type { ItemBody } from "../../../contract/items.ts";
import type { AgentItem } from "../agent.ts";
import { bounded, clipped, jsonText } from "./bounds.ts";
import type { KnownItem, WorkStatus } from "./protocol.ts";

type Progress = Extract<ItemBody, { kind: "edit" }>["status"];
type Body = { readonly body: ItemBody; readonly truncated: boolean };

const pathLimit = 4_096;
const fileLimit = 500;

/** An item in words that hold for every agent; `undefined` for what a transcript does not show. Words sent in are the sender's to record. */
export function translateItem(item: KnownItem, ended: boolean): AgentItem | undefined {
  const told = bodyOf(item, ended);
  return told === undefined ? undefined : { id: clipped(item.id, 300), ended, ...told };
}

function bodyOf(item: KnownItem, ended: boolean): Body | undefined {
  switch (item.type) {
    case "userMessage":
      return undefined;
    case "agentMessage":
      return words("message", item.text);
    case "plan":
      return words("message", item.text);
    case "reasoning":
      return words("reasoning", [...(item.summary ?? []), ...(item.content ?? [])].join("\n\n"));
    case "commandExecution":
      return commandBody(item, ended);
    case "fileChange":
      return editBody(item, ended);
    case "mcpToolCall":
      return toolBody(
        `${item.server}.${item.tool}`,
        item,
        item.error?.message ?? contentText(item.result?.content),
        ended,
      );
    case "dynamicToolCall":
      return toolBody(item.tool, item, contentText(item.contentItems), ended);
    case "webSearch":
      return toolBody("web search", { arguments: item.query, status: ended ? "completed" : "inProgress" }, "", ended);
    case "contextCompaction":
      return { body: { kind: "notice", level: "info", text: "The thread was compacted." }, truncated: false };
    default:
      return assertNever(item);
  }
}

function words(kind: "message" | "reasoning", whole: string): Body {
  const { text, truncated } = bounded(whole, itemTextLimit);
  return { body: { kind, text }, truncated };
}

function progress(status: WorkStatus, ended: boolean): Progress {
  if (status !== "inProgress") return status;
  return ended ? "failed" : "running";
}

function commandBody(item: Extract<KnownItem, { type: "commandExecution" }>, ended: boolean): Body {
  const command = bounded(item.command, itemTextLimit);
  const output = bounded(item.aggregatedOutput ?? "", itemTextLimit);
  return {
    truncated: command.truncated || output.truncated,
    body: {
      kind: "command",
      command: command.text,
      folder: clipped(item.cwd, pathLimit),
      status: progress(item.status, ended),
      output: output.text,
      ...(typeof item.exitCode === "number" ? { exitCode: item.exitCode } : {}),
      ...(typeof item.durationMs === "number" ? { durationMs: Math.max(0, item.durationMs) } : {}),
    },
  };
}

const changes = { add: "added", delete: "deleted", update: "modified" } as const;

function editBody(item: Extract<KnownItem, { type: "fileChange" }>, ended: boolean): Body {
  const files = item.changes.flatMap(filesOf);
  return {
    truncated: files.length > fileLimit || files.some(({ path }) => path.length > pathLimit),
    body: {
      kind: "edit",
      files: files.slice(0, fileLimit).map(({ path, change }) => ({ path: clipped(path, pathLimit), change })),
      status: progress(item.status, ended),
    },
  };
}

/** A file that is moved is two: where it goes is written as well, and may be anywhere. */
function filesOf({ path, kind }: Extract<KnownItem, { type: "fileChange" }>["changes"][number]) {
  const { type, move_path: target } = kind;
  if (!target || target === path) return [{ path, change: changes[type] }];
  return [
    { path, change: "deleted" as const },
    { path: target, change: "added" as const },
  ];
}

function toolBody(
  tool: string,
  call: { readonly arguments?: unknown; readonly status: WorkStatus },
  answer: string,
  ended: boolean,
): Body {
  const given = bounded(typeof call.arguments === "string" ? call.arguments : jsonText(call.arguments), itemTextLimit);
  const result = bounded(answer, itemTextLimit);
  return {
    truncated: given.truncated || result.truncated,
    body: {
      kind: "tool",
      tool: clipped(tool, 200),
      arguments: given.text,
      status: progress(call.status, ended),
      result: result.text,
    },
  };
}

function contentText(parts: readonly unknown[] | null | undefined): string {
  return (parts ?? []).map(partText).join("\n");
}

function partText(part: unknown): string {
  if (typeof part === "object" && part !== null && "text" in part && typeof part.text === "string") return part.text;
  return jsonText(part);
}

/** How an item that the agent never ended stands when its turn is over. */
export function closedItem(item: AgentItem, status: "failed" | "declined"): AgentItem {
  const { body } = item;
  if ("status" in body && body.status === "running") return { ...item, ended: true, body: { ...body, status } };
  return { ...item, ended: true };
}
