import { assertNever } from "../../../contract/errors.ts";
import type { RateLimit } from "../../../contract/usage.ts";
import type { AgentEvent, AgentItem, TurnOutcome } from "../agent.ts";
import { bounded, clipped } from "./bounds.ts";
import { parseItem } from "./protocol.ts";
import type { KnownItem, Notification, RateLimitSnapshot, WireTurn } from "./protocol.ts";
import { closedItem, translateItem } from "./translate-item.ts";
import { turnProblem } from "./translate-problem.ts";

/** What has to be remembered of a thread to translate what it says next. */
export interface View {
  /** Items that have begun and not ended, by id. */
  readonly open: ReadonlyMap<string, AgentItem>;
  /** The newest whole message of the running turn, for a structured answer. */
  readonly lastMessage: string | undefined;
  /** Counts notices that have no id of their own. */
  readonly notices: number;
}

export const freshView: View = { open: new Map(), lastMessage: undefined, notices: 0 };

export interface Translation {
  readonly view: View;
  readonly events: readonly AgentEvent[];
}

/** Most characters of one streamed piece; the whole text comes with the item. */
const deltaLimit = 16_000;

/** Turns what the server tells of one thread into events. Requests that were answered elsewhere are the thread's own to map. */
export function translate(view: View, told: Notification): Translation {
  switch (told.method) {
    case "turn/started":
      return {
        view: { ...view, lastMessage: undefined },
        events: [{ kind: "turn-started", agentTurnId: told.params.turn.id }],
      };
    case "turn/completed":
      return endTurn(view, told.params.turn);
    case "turn/plan/updated":
      return { view, events: [{ kind: "plan", steps: told.params.plan.slice(0, 200).map(planStep) }] };
    case "item/started":
    case "item/completed":
      return upsert(view, parseItem(told.params.item), told.method === "item/completed");
    case "item/agentMessage/delta":
    case "item/reasoning/summaryTextDelta":
    case "item/reasoning/textDelta":
    case "item/commandExecution/outputDelta":
      return {
        view,
        events: [
          {
            kind: "delta",
            itemId: clipped(told.params.itemId, 300),
            text: bounded(told.params.delta, deltaLimit).text,
          },
        ],
      };
    case "thread/tokenUsage/updated":
      return { view, events: [usage(told.params.tokenUsage)] };
    case "error":
      return {
        view,
        events: [{ kind: "error", problem: turnProblem(told.params.error), willRetry: told.params.willRetry }],
      };
    case "warning":
      return warn(view, told.params.message);
    case "account/rateLimits/updated": {
      const limits = rateLimits(told.params.rateLimits);
      return { view, events: limits.length === 0 ? [] : [{ kind: "rate-limits", limits }] };
    }
    case "serverRequest/resolved":
      return { view, events: [] };
    default:
      return assertNever(told);
  }
}

function upsert(view: View, item: KnownItem | undefined, ended: boolean): Translation {
  const told = item === undefined ? undefined : translateItem(item, ended);
  if (item === undefined || told === undefined) return { view, events: [] };
  const open = new Map(view.open);
  if (ended) open.delete(told.id);
  else open.set(told.id, told);
  const lastMessage = item.type === "agentMessage" && ended ? item.text : view.lastMessage;
  const compacted: AgentEvent[] = item.type === "contextCompaction" && ended ? [{ kind: "compacted" }] : [];
  return { view: { ...view, open, lastMessage }, events: [{ kind: "item", item: told }, ...compacted] };
}

/** The outcome of a turn that is over, or `running`. */
export function outcomeOf(status: WireTurn["status"]): TurnOutcome | "running" {
  return status === "inProgress" ? "running" : status;
}

/** Ends the turn and closes what the agent left open: after an interrupt it was declined, otherwise it failed. */
function endTurn(view: View, turn: WireTurn): Translation {
  const outcome = turn.status === "inProgress" ? "failed" : turn.status;
  const closed = [...view.open.values()].map((item): AgentEvent => {
    return { kind: "item", item: closedItem(item, outcome === "interrupted" ? "declined" : "failed") };
  });
  const ended: AgentEvent = {
    kind: "turn-ended",
    agentTurnId: turn.id,
    outcome,
    ...(turn.error ? { problem: turnProblem(turn.error) } : {}),
  };
  return { view: { ...view, open: new Map() }, events: [...closed, ended] };
}

function planStep({ step, status }: { step: string; status: "pending" | "inProgress" | "completed" }) {
  const statuses = { pending: "pending", inProgress: "running", completed: "done" } as const;
  return { text: clipped(step, 500), status: statuses[status] };
}

type TokenUsage = Extract<Notification, { method: "thread/tokenUsage/updated" }>["params"]["tokenUsage"];

function usage({ total, modelContextWindow }: TokenUsage): AgentEvent {
  return {
    kind: "usage",
    tokens: {
      input: count(total.inputTokens),
      cached: count(total.cachedInputTokens),
      output: count(total.outputTokens),
      total: count(total.totalTokens),
    },
    ...(typeof modelContextWindow === "number" ? { contextWindow: count(modelContextWindow) } : {}),
  };
}

function count(value: number): number {
  return Math.max(0, Math.round(value));
}

function warn(view: View, message: string): Translation {
  const { text, truncated } = bounded(message, 4_000);
  const notices = view.notices + 1;
  const item: AgentItem = {
    id: `notice-${notices}`,
    ended: true,
    truncated,
    body: { kind: "notice", level: "warning", text },
  };
  return { view: { ...view, notices }, events: [{ kind: "item", item }] };
}

function rateLimits(snapshot: RateLimitSnapshot): readonly RateLimit[] {
  const name = clipped(snapshot.limitName ?? snapshot.limitId ?? "usage", 150);
  return (["primary", "secondary"] as const).flatMap((which) => {
    const window = snapshot[which];
    if (!window) return [];
    const resetsAt = typeof window.resetsAt === "number" ? { resetsAt: count(window.resetsAt * 1_000) } : {};
    return [{ name: `${name} (${which})`, usedPercent: Math.min(100, Math.max(0, window.usedPercent)), ...resetsAt }];
  });
}
