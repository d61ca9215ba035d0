import { z } from "zod";

/**
 * The part of the Codex app-server protocol that is used: JSON-RPC 2.0 without its `jsonrpc` member, one message per line.
 * Shapes are those that `codex app-server generate-ts --experimental` prints for 0.169.0. Unknown fields, items and
 * notifications pass unread; a field that is used and has the wrong type makes its message invalid.
 */

const nothing = <T extends z.ZodType>(schema: T) => schema.nullish();

export const rpcIdSchema = z.union([z.string().max(200), z.number().int()]);
export type RpcId = z.infer<typeof rpcIdSchema>;

export const rpcErrorSchema = z.looseObject({ code: z.number(), message: z.string() });
export type RpcError = z.infer<typeof rpcErrorSchema>;

/** Any message: a request has `method` and `id`, a notification `method` alone, a response `id` alone. */
export const envelopeSchema = z.looseObject({
  id: rpcIdSchema.optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: rpcErrorSchema.optional(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** JSON-RPC codes with a meaning here. */
export const rpcCodes = { methodNotFound: -32_601, invalidRequest: -32_600, overloaded: -32_001 } as const;

/** Methods that are called. */
export const methods = {
  initialize: "initialize",
  initialized: "initialized",
  threadStart: "thread/start",
  threadResume: "thread/resume",
  threadFork: "thread/fork",
  threadTurns: "thread/turns/list",
  threadItems: "thread/items/list",
  threadUnsubscribe: "thread/unsubscribe",
  threadClean: "thread/backgroundTerminals/clean",
  turnStart: "turn/start",
  turnSteer: "turn/steer",
  turnInterrupt: "turn/interrupt",
} as const;

export const initializeResultSchema = z.looseObject({ userAgent: z.string() });

const turnErrorSchema = z.looseObject({
  message: z.string(),
  codexErrorInfo: nothing(z.union([z.string(), z.looseObject({})])),
  additionalDetails: nothing(z.string()),
});
export type TurnError = z.infer<typeof turnErrorSchema>;

const itemHead = { id: z.string().min(1) };
const workStatus = z.enum(["inProgress", "completed", "failed", "declined"]);
export type WorkStatus = z.infer<typeof workStatus>;

const knownItemSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("userMessage"), ...itemHead, clientId: nothing(z.string()) }),
  z.looseObject({ type: z.literal("agentMessage"), ...itemHead, text: z.string() }),
  z.looseObject({ type: z.literal("plan"), ...itemHead, text: z.string() }),
  z.looseObject({
    type: z.literal("reasoning"),
    ...itemHead,
    summary: nothing(z.array(z.string())),
    content: nothing(z.array(z.string())),
  }),
  z.looseObject({
    type: z.literal("commandExecution"),
    ...itemHead,
    command: z.string(),
    cwd: z.string(),
    status: workStatus,
    aggregatedOutput: nothing(z.string()),
    exitCode: nothing(z.number().int()),
    durationMs: nothing(z.number()),
  }),
  z.looseObject({
    type: z.literal("fileChange"),
    ...itemHead,
    changes: z.array(
      z.looseObject({
        path: z.string(),
        kind: z.looseObject({ type: z.enum(["add", "delete", "update"]), move_path: nothing(z.string()) }),
      }),
    ),
    status: workStatus,
  }),
  z.looseObject({
    type: z.literal("mcpToolCall"),
    ...itemHead,
    server: z.string(),
    tool: z.string(),
    status: workStatus,
    arguments: z.unknown().optional(),
    result: nothing(z.looseObject({ content: z.array(z.unknown()) })),
    error: nothing(z.looseObject({ message: z.string() })),
  }),
  z.looseObject({
    type: z.literal("dynamicToolCall"),
    ...itemHead,
    tool: z.string(),
    status: workStatus,
    arguments: z.unknown().optional(),
    contentItems: nothing(z.array(z.unknown())),
  }),
  z.looseObject({ type: z.literal("webSearch"), ...itemHead, query: z.string() }),
  z.looseObject({ type: z.literal("contextCompaction"), ...itemHead }),
]);
export type KnownItem = z.infer<typeof knownItemSchema>;

/** Words that a client sent with an id of its own. */
export const wordsSentSchema = z.looseObject({ type: z.literal("userMessage"), clientId: z.string().min(1) });

const itemTypes = new Set<string>(knownItemSchema.options.map((option) => option.shape.type.value));

/** An item that is understood, `undefined` for kinds that are not. Throws a `ZodError` when an understood kind is malformed. */
export function parseItem(item: unknown): KnownItem | undefined {
  const { type } = z.looseObject({ type: z.string() }).parse(item);
  return itemTypes.has(type) ? knownItemSchema.parse(item) : undefined;
}

/** As long as a row may keep it; a longer one is no id of an honest agent. */
const keptId = z.string().min(1).max(200);

const turnSchema = z.looseObject({
  id: keptId,
  status: z.enum(["completed", "interrupted", "failed", "inProgress"]),
  items: nothing(z.array(z.unknown())),
  error: nothing(turnErrorSchema),
});
export type WireTurn = z.infer<typeof turnSchema>;

export const threadResultSchema = z.looseObject({ thread: z.looseObject({ id: keptId }) });
export const turnStartResultSchema = z.looseObject({ turn: turnSchema });
export const threadTurnsResultSchema = z.looseObject({ data: z.array(turnSchema), nextCursor: nothing(z.string()) });

export const threadItemsResultSchema = z.looseObject({
  data: z.array(z.looseObject({ item: z.unknown() })),
  nextCursor: nothing(z.string()),
});

const inThread = { threadId: z.string().min(1) };
const delta = z.looseObject({ ...inThread, itemId: z.string().min(1), delta: z.string() });
const rateLimitWindow = nothing(z.looseObject({ usedPercent: z.number(), resetsAt: nothing(z.number()) }));

const rateLimits = z.looseObject({
  rateLimits: z.looseObject({
    limitId: nothing(z.string()),
    limitName: nothing(z.string()),
    primary: rateLimitWindow,
    secondary: rateLimitWindow,
  }),
});
export type RateLimitSnapshot = z.infer<typeof rateLimits>["rateLimits"];

const item = z.looseObject({ ...inThread, turnId: z.string(), item: z.unknown() });

/** Notifications that are read, by method. */
export const notificationSchemas = {
  "turn/started": z.looseObject({ ...inThread, turn: turnSchema }),
  "turn/completed": z.looseObject({ ...inThread, turn: turnSchema }),
  "turn/plan/updated": z.looseObject({
    ...inThread,
    plan: z.array(z.looseObject({ step: z.string(), status: z.enum(["pending", "inProgress", "completed"]) })),
  }),
  "item/started": item,
  "item/completed": item,
  "item/agentMessage/delta": delta,
  "item/reasoning/summaryTextDelta": delta,
  "item/reasoning/textDelta": delta,
  "item/commandExecution/outputDelta": delta,
  "thread/tokenUsage/updated": z.looseObject({
    ...inThread,
    tokenUsage: z.looseObject({
      total: z.looseObject({
        totalTokens: z.number(),
        inputTokens: z.number(),
        cachedInputTokens: z.number(),
        outputTokens: z.number(),
      }),
      modelContextWindow: nothing(z.number()),
    }),
  }),
  error: z.looseObject({ ...inThread, turnId: z.string(), error: turnErrorSchema, willRetry: z.boolean() }),
  warning: z.looseObject({ threadId: nothing(z.string()), message: z.string() }),
  "serverRequest/resolved": z.looseObject({ ...inThread, requestId: rpcIdSchema }),
  "account/rateLimits/updated": rateLimits,
} as const;

export type NotificationMethod = keyof typeof notificationSchemas;
export type Notification = {
  [M in NotificationMethod]: { method: M; params: z.infer<(typeof notificationSchemas)[M]> };
}[NotificationMethod];

/** Requests of the server that are answered, by method; all others are refused. */
export const serverRequestSchemas = {
  "item/commandExecution/requestApproval": z.looseObject({
    ...inThread,
    itemId: z.string(),
    reason: nothing(z.string()),
    /** `command`, or another action that carries the command's item; absent from older servers. */
    kind: nothing(z.string()),
    command: nothing(z.string()),
    cwd: nothing(z.string()),
    networkApprovalContext: z.unknown().optional(),
    additionalPermissions: z.unknown().optional(),
    availableDecisions: nothing(z.array(z.unknown())),
  }),
  "item/fileChange/requestApproval": z.looseObject({
    ...inThread,
    itemId: z.string(),
    reason: nothing(z.string()),
    grantRoot: nothing(z.string()),
  }),
  "item/permissions/requestApproval": z.looseObject({
    ...inThread,
    itemId: z.string(),
    reason: nothing(z.string()),
    permissions: z.looseObject({ network: z.unknown().optional(), fileSystem: z.unknown().optional() }),
  }),
  "item/tool/requestUserInput": z.looseObject({
    ...inThread,
    questions: z
      .array(
        z.looseObject({
          id: z.string().min(1),
          header: z.string(),
          question: z.string(),
          isOther: nothing(z.boolean()),
          options: nothing(z.array(z.looseObject({ label: z.string(), description: z.string() }))),
        }),
      )
      .min(1),
  }),
  "mcpServer/elicitation/request": z.looseObject({
    ...inThread,
    serverName: z.string(),
    mode: z.string(),
    message: nothing(z.string()),
    _meta: nothing(
      z.looseObject({
        codex_approval_kind: nothing(z.string()),
        persist: nothing(z.union([z.string(), z.array(z.string())])),
        tool_name: nothing(z.string()),
        tool_title: nothing(z.string()),
        tool_params: z.unknown().optional(),
      }),
    ),
  }),
} as const;

export type ServerRequestMethod = keyof typeof serverRequestSchemas;
export type ServerRequest = {
  [M in ServerRequestMethod]: { method: M; params: z.infer<(typeof serverRequestSchemas)[M]> };
}[ServerRequestMethod];

function isKeyOf<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}

/** A notification that is read, `undefined` for one that is not. Throws a `ZodError` when it is malformed. */
export function parseNotification(method: string, params: unknown): Notification | undefined {
  if (!isKeyOf(notificationSchemas, method)) return undefined;
  // The table pairs each method with its own schema; TypeScript cannot follow the pairing through an index.
  return { method, params: notificationSchemas[method].parse(params) } as Notification;
}

/** A request that is answered, `undefined` for one that is not. Throws a `ZodError` when it is malformed. */
export function parseServerRequest(method: string, params: unknown): ServerRequest | undefined {
  if (!isKeyOf(serverRequestSchemas, method)) return undefined;
  return { method, params: serverRequestSchemas[method].parse(params) } as ServerRequest;
}

/** The thread a message speaks of, where it names one. */
export function threadOf(params: unknown): string | undefined {
  const parsed = z.looseObject({ threadId: z.string() }).safeParse(params);
  return parsed.success ? parsed.data.threadId : undefined;
}
