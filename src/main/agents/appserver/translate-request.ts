import { assertNever, fail, ok } from "../../../contract/errors.ts";
import type { Result } from "../../../contract/errors.ts";
import type { Decision, Offer, RequestBody } from "../../../contract/requests.ts";
import type { AgentItem } from "../agent.ts";
import { bounded, clipped, jsonText } from "./bounds.ts";
import type { ServerRequest } from "./protocol.ts";

/** Everything that shows a decision is cut to these, and said so in the text; what was cut cannot be allowed. */
const limits = { command: 16_000, reason: 4_000, path: 4_096, paths: 200, question: 4_000, wanted: 4_000, tool: 200 };

const allOffers: readonly Offer[] = ["accept", "accept-for-thread", "decline", "cancel"];

const wireDecisions = {
  accept: "accept",
  "accept-for-thread": "acceptForSession",
  decline: "decline",
  cancel: "cancel",
} as const satisfies Record<Offer, string>;

/**
 * What the author needs decided, or `undefined` when no human can be asked it (a form of a tool server). An edit's
 * paths come from the item it belongs to, since the request itself names none.
 */
export function translateRequest(
  request: ServerRequest,
  open: ReadonlyMap<string, AgentItem>,
): RequestBody | undefined {
  switch (request.method) {
    case "item/commandExecution/requestApproval":
      return commandRequest(request.params);
    case "item/fileChange/requestApproval":
      return editRequest(request.params, open);
    case "item/permissions/requestApproval": {
      const { permissions, reason } = request.params;
      return permissionsRequest(permissions, reason, allOffers);
    }
    case "item/tool/requestUserInput":
      return { kind: "question", waits: true, questions: request.params.questions.slice(0, 8).map(question) };
    case "mcpServer/elicitation/request":
      return toolRequest(request.params);
    default:
      return assertNever(request);
  }
}

type Params<M extends ServerRequest["method"]> = Extract<ServerRequest, { method: M }>["params"];

function commandRequest(params: Params<"item/commandExecution/requestApproval">): RequestBody {
  const { kind, command, cwd, reason, networkApprovalContext, additionalPermissions, availableDecisions } = params;
  const offers = offersOf(availableDecisions);
  const more = {
    ...(kind && kind !== "command" ? { kind } : {}),
    ...(networkApprovalContext ? { network: networkApprovalContext } : {}),
    ...(additionalPermissions ? { permissions: additionalPermissions } : {}),
  };
  // Accepting grants these too, so they are what is asked.
  if (Object.keys(more).length > 0) return permissionsRequest({ ...more, command, folder: cwd }, reason, offers);
  const shown = bounded(command ?? "", limits.command);
  const folder = cwd ?? "";
  const isWhole = shown.text !== "" && !shown.truncated && folder.length <= limits.path;
  return {
    kind: "command",
    command: shown.text,
    folder: clipped(folder, limits.path),
    reason: clipped(reason ?? "", limits.reason),
    offers: isWhole ? offers : refusals(offers),
  };
}

function editRequest(
  { itemId, reason, grantRoot }: Params<"item/fileChange/requestApproval">,
  open: ReadonlyMap<string, AgentItem>,
): RequestBody {
  const item = open.get(itemId);
  const paths = item?.body.kind === "edit" ? item.body.files.map((file) => file.path) : [];
  const isWhole =
    paths.length > 0 &&
    item?.truncated === false &&
    paths.length <= limits.paths &&
    [...paths, grantRoot ?? ""].every((path) => path.length <= limits.path);
  return {
    kind: "edit",
    paths: paths.slice(0, limits.paths).map((path) => clipped(path, limits.path)),
    ...(grantRoot ? { opens: clipped(grantRoot, limits.path) } : {}),
    reason: clipped(reason ?? "", limits.reason),
    offers: isWhole ? [...allOffers] : refusals(allOffers),
  };
}

function permissionsRequest(wanted: object, reason: string | null | undefined, offers: readonly Offer[]): RequestBody {
  const shown = jsonText(wanted);
  return {
    kind: "permissions",
    wanted: clipped(shown, limits.wanted),
    reason: clipped(reason ?? "", limits.reason),
    offers: shown.length <= limits.wanted ? [...offers] : refusals(offers),
  };
}

/** All that is left to say where the human cannot be shown everything: nobody allows what they have not seen. */
function refusals(offers: readonly Offer[]): Offer[] {
  return offers.filter((offer) => offer === "decline" || offer === "cancel");
}

/** What the agent says it takes, and `decline`: Codex 0.169.0 never lists it, takes it, and lets the turn go on. */
function offersOf(available: readonly unknown[] | null | undefined): Offer[] {
  if (!available) return [...allOffers];
  return allOffers.filter((offer) => offer === "decline" || available.includes(wireDecisions[offer]));
}

function question(asked: Params<"item/tool/requestUserInput">["questions"][number]) {
  const options = (asked.options ?? []).slice(0, 12);
  return {
    id: clipped(asked.id, 100),
    header: clipped(asked.header, 100),
    text: clipped(asked.question, limits.question),
    options: options.map(({ label, description }) => ({
      label: clipped(label, 200),
      description: clipped(description, 1_000),
    })),
    freeText: asked.isOther === true || options.length === 0,
  };
}

function toolRequest(params: Params<"mcpServer/elicitation/request">): RequestBody | undefined {
  const meta = params._meta;
  if (meta?.codex_approval_kind !== "mcp_tool_call") return undefined;
  const keeps = meta.persist === "session" || (Array.isArray(meta.persist) && meta.persist.includes("session"));
  const offers = keeps ? allOffers : allOffers.filter((offer) => offer !== "accept-for-thread");
  const tool = `${params.serverName}.${meta.tool_name ?? meta.tool_title ?? "tool"}`;
  const given = bounded(jsonText(meta.tool_params), limits.command);
  const isWhole = !given.truncated && tool.length <= limits.tool;
  return {
    kind: "tool",
    tool: clipped(tool, limits.tool),
    arguments: given.text,
    reason: clipped(params.message ?? "", limits.reason),
    offers: isWhole ? [...offers] : refusals(offers),
  };
}

/** The answer on the wire, and whether the turn has to be ended besides because the protocol has no word for it. */
export interface WireAnswer {
  readonly result: unknown;
  readonly endsTurn: boolean;
}

/** The human's decision in the server's words; `BAD_REQUEST` when it does not fit what was asked or was not offered. */
export function translateDecision(request: ServerRequest, body: RequestBody, decision: Decision): Result<WireAnswer> {
  if (body.kind === "question") return answerQuestion(request, decision);
  if (decision.kind === "answers") return misfit("An approval is answered with accept, decline or cancel.");
  if (!body.offers.includes(decision.kind)) return misfit(`The agent takes one of: ${body.offers.join(", ")}.`);
  switch (request.method) {
    case "item/commandExecution/requestApproval":
    case "item/fileChange/requestApproval":
      return ok({ result: { decision: wireDecisions[decision.kind] }, endsTurn: false });
    case "item/permissions/requestApproval":
      return ok({
        result: permissionAnswer(request.params.permissions, decision.kind),
        endsTurn: decision.kind === "cancel",
      });
    case "mcpServer/elicitation/request":
      return ok({ result: elicitationAnswer(decision.kind), endsTurn: decision.kind === "cancel" });
    case "item/tool/requestUserInput":
      return misfit("A question is answered with words.");
    default:
      return assertNever(request);
  }
}

function misfit(why: string): Result<never> {
  return fail("BAD_REQUEST", "This answer does not fit what the agent asked.", why);
}

function answerQuestion(request: ServerRequest, decision: Decision): Result<WireAnswer> {
  if (request.method !== "item/tool/requestUserInput") return misfit("Answer what the agent asked.");
  const given = decision.kind === "answers" ? decision.answers : {};
  if (decision.kind === "accept" || decision.kind === "accept-for-thread")
    return misfit("A question is answered with words, declined or cancelled.");
  const answers = Object.fromEntries(
    request.params.questions.map(({ id }) => [id, { answers: given[clipped(id, 100)] ?? [] }]),
  );
  return ok({ result: { answers }, endsTurn: decision.kind === "cancel" });
}

function permissionAnswer(wanted: Params<"item/permissions/requestApproval">["permissions"], offer: Offer) {
  if (offer === "decline" || offer === "cancel") return { permissions: {}, scope: "turn" };
  const { network, fileSystem } = wanted;
  const permissions = { ...(network ? { network } : {}), ...(fileSystem ? { fileSystem } : {}) };
  return { permissions, scope: offer === "accept" ? "turn" : "session" };
}

function elicitationAnswer(offer: Offer) {
  switch (offer) {
    case "accept":
      return { action: "accept", content: {}, _meta: null };
    case "accept-for-thread":
      return { action: "accept", content: {}, _meta: { persist: "session" } };
    case "decline":
      return { action: "decline", content: null, _meta: null };
    case "cancel":
      return { action: "cancel", content: null, _meta: null };
    default:
      return assertNever(offer);
  }
}

/** What is answered to a request that no human is asked. */
export function unaskedAnswer(request: ServerRequest): unknown {
  return request.method === "mcpServer/elicitation/request" ? elicitationAnswer("decline") : undefined;
}
