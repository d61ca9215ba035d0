import type { FileChange } from "./worktree-files.ts";
import type { ToolAnswer } from "./call-tool.ts";

/** Items of a turn, in the shapes of Codex app-server 0.169 (`codex app-server generate-ts --experimental`). */
export interface WireItem {
  readonly type: string;
  readonly id: string;
  readonly [field: string]: unknown;
}

export function userMessage(id: string, clientId: string | null, text: string): WireItem {
  return { type: "userMessage", id, clientId, content: [{ type: "text", text, text_elements: [] }] };
}

export function agentMessage(id: string, text: string): WireItem {
  return {
    type: "agentMessage",
    id,
    text,
    moderation: null,
    phase: null,
    memoryCitation: null,
    delivery: null,
    questions: null,
  };
}

export function reasoning(id: string, text: string): WireItem {
  return { type: "reasoning", id, summary: text === "" ? [] : [text], content: [] };
}

export interface CommandProgress {
  readonly status: "inProgress" | "completed" | "failed" | "declined";
  readonly output?: string;
  readonly exitCode?: number;
  readonly durationMs?: number;
}

export function commandExecution(id: string, command: string, cwd: string, progress: CommandProgress): WireItem {
  return {
    type: "commandExecution",
    id,
    pluginId: null,
    scriptPath: null,
    command,
    cwd,
    processId: null,
    source: "agent",
    status: progress.status,
    commandActions: [{ type: "unknown", command }],
    aggregatedOutput: progress.output ?? null,
    exitCode: progress.exitCode ?? null,
    durationMs: progress.durationMs ?? null,
  };
}

export function fileChange(id: string, changes: readonly FileChange[], status: CommandProgress["status"]): WireItem {
  return { type: "fileChange", id, changes, status };
}

export function toolCall(id: string, tool: string, args: unknown, answer?: ToolAnswer, durationMs?: number): WireItem {
  const failed = answer !== undefined && answer.failure !== null;
  const told = answer !== undefined && (answer.failure === null || answer.content.length > 0);
  return {
    type: "mcpToolCall",
    id,
    server: "cox",
    tool,
    status: answer === undefined ? "inProgress" : failed ? "failed" : "completed",
    arguments: args,
    appContext: null,
    mcpAppUi: null,
    pluginId: null,
    readOnlyHint: null,
    result: told ? { content: answer.content, structuredContent: answer.structuredContent, _meta: null } : null,
    error: failed && !told ? { message: answer.failure } : null,
    durationMs: durationMs ?? null,
  };
}
