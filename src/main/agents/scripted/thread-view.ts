import { agentMessage, userMessage } from "./items.ts";
import type { PastTurn, ThreadMemory } from "./thread-store.ts";

/** Threads and turns in the shapes of Codex app-server 0.169. */
export function threadView(
  memory: ThreadMemory,
  status: unknown,
  turns: readonly unknown[],
): Readonly<Record<string, unknown>> {
  const { head } = memory;
  const first = memory.turns[0]?.said[0];
  const createdAt = seconds(head.createdAt);
  return {
    id: head.id,
    environments: null,
    extra: null,
    sessionId: head.id,
    forkedFromId: head.forkedFrom,
    attachedToThreadId: null,
    parentThreadId: null,
    preview: first?.text ?? "",
    ephemeral: false,
    section: null,
    sectionEnteredAt: null,
    projectId: null,
    historyMode: "paginated",
    modelProvider: "scripted",
    model: head.model,
    reasoningEffort: null,
    createdAt,
    updatedAt: seconds(memory.turns.at(-1)?.startedAt ?? head.createdAt),
    recencyAt: createdAt,
    status,
    path: null,
    cwd: head.cwd,
    cliVersion: "0.169.0",
    originator: null,
    source: "appServer",
    canAcceptDirectInput: true,
    threadSource: null,
    agentNickname: null,
    agentRole: null,
    gitInfo: null,
    name: null,
    daybreakEnabled: null,
    turns,
  };
}

/** What `thread/start`, `thread/resume` and `thread/fork` answer around the thread. */
export function openedView(memory: ThreadMemory, thread: unknown): Readonly<Record<string, unknown>> {
  return {
    thread,
    model: memory.head.model ?? "",
    modelProvider: "scripted",
    serviceTier: null,
    disabledPluginIds: [],
    cwd: memory.head.cwd,
    runtimeWorkspaceRoots: [memory.head.cwd],
    instructionSources: [],
    approvalPolicy: memory.head.approvalPolicy,
    approvalsReviewer: "user",
    // Nothing confines what a scenario runs, and nobody shall believe otherwise.
    sandbox: { type: "dangerFullAccess" },
    activePermissionProfile: null,
    reasoningEffort: null,
    multiAgentMode: "explicitRequestOnly",
  };
}

export type ItemsView = "notLoaded" | "summary" | "full";

/** A turn; its items are what was said in it, with all of the human's words and the last or, in full, the newest of the agent's. */
export function turnView(turn: PastTurn, items: ItemsView): Readonly<Record<string, unknown>> {
  const { end } = turn;
  return {
    id: turn.id,
    rootTurnId: turn.id,
    items: items === "notLoaded" ? [] : saidItems(turn, items === "summary"),
    itemsView: items,
    status: end?.status ?? "inProgress",
    error: end?.error === undefined || end.error === null ? null : turnError(end.error),
    startedAt: seconds(turn.startedAt),
    completedAt: end === undefined ? null : seconds(end.at),
    durationMs: end === undefined ? null : end.at - turn.startedAt,
  };
}

export function turnError(message: string): Readonly<Record<string, unknown>> {
  return { message, codexErrorInfo: "other", additionalDetails: null, misalignment: null };
}

/** Most messages of the agent that one turn shows, so that an answer stays within a line's limit. */
const fullMessages = 100;

function saidItems(turn: PastTurn, short: boolean): unknown[] {
  const shown = short ? 1 : fullMessages;
  const first = turn.said.flatMap((said, index) => (said.by === "agent" ? [index] : [])).at(-shown) ?? 0;
  return turn.said.flatMap((said, index) => {
    if (said.by === "agent" && index < first) return [];
    const id = `${turn.id}-said-${index}`;
    return said.by === "user" ? userMessage(id, said.clientId, said.text) : agentMessage(id, said.text);
  });
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
