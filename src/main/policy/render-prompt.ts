import { Liquid } from "liquidjs";
import type { Result } from "../../contract/errors.ts";
import { fail, ok } from "../../contract/errors.ts";
import type { Json } from "./policy.ts";

/** What a prompt may say of a ticket. Times are ISO 8601 texts. What is left out is told as null or as an empty list. */
export type PromptTicket = {
  readonly key: string;
  readonly title: string;
  /** The key, unless the tracker tells them apart. */
  readonly id?: string;
  /** Opaque, from the tracker. */
  readonly nativeRef?: Json;
  readonly description?: string | null;
  readonly priority?: number | null;
  readonly state?: string | null;
  readonly branchName?: string | null;
  readonly url?: string | null;
  readonly assigneeId?: string | null;
  readonly labels?: readonly string[];
  readonly blockedBy?: readonly {
    readonly id: string | null;
    readonly key: string | null;
    readonly state: string | null;
  }[];
  readonly dispatchable?: boolean;
  readonly createdAt?: string | null;
  readonly updatedAt?: string | null;
};

/**
 * Renders a prompt by strict Liquid over Symphony's `issue` and `attempt`; the ticket's own text is never rendered again. Tags that read
 * other files (`include`, `render`, `layout`) find none. Failures are `BAD_REQUEST`, named `template_parse_error` (the template is
 * not Liquid) or `template_render_error` (an unknown variable or filter, or too much work).
 *
 * @param attempt null on the first run of a ticket, then 1, 2, …
 */
export async function renderPrompt(
  template: string,
  ticket: PromptTicket,
  attempt: number | null,
): Promise<Result<string>> {
  try {
    const rendered: unknown = await liquid.parseAndRender(template, { issue: issueVariables(ticket), attempt });
    return ok(String(rendered).trim());
  } catch (error) {
    const name = isParseError(error) ? "template_parse_error" : "template_render_error";
    return fail(
      "BAD_REQUEST",
      `${name}: the prompt of WORKFLOW.md could not be rendered for ${ticket.key}.`,
      "Correct the prompt below the front matter; docs/workflow.md lists what it may use.",
      error,
    );
  }
}

/** The limits are on characters parsed, milliseconds, and roughly on objects made: a template comes from the repository. */
const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  templates: {},
  parseLimit: 1_000_000,
  renderLimit: 500,
  memoryLimit: 10_000_000,
});

/** Every field is there, or strict rendering would fail on a bare ticket. */
function issueVariables(ticket: PromptTicket) {
  const blockers = ticket.blockedBy ?? [];
  return {
    id: ticket.id ?? ticket.key,
    native_ref: ticket.nativeRef ?? null,
    identifier: ticket.key,
    title: ticket.title,
    description: ticket.description ?? null,
    priority: ticket.priority ?? null,
    state: ticket.state ?? null,
    branch_name: ticket.branchName ?? null,
    url: ticket.url ?? null,
    assignee_id: ticket.assigneeId ?? null,
    labels: ticket.labels ?? [],
    blocked_by: blockers.map(({ id, key, state }) => ({ id, identifier: key, state })),
    dispatchable: ticket.dispatchable ?? true,
    created_at: ticket.createdAt ?? null,
    updated_at: ticket.updatedAt ?? null,
  };
}

/** LiquidJS finds an unknown filter while parsing; Symphony counts it as a failure to render. */
function isParseError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.message.startsWith("undefined filter")) return false;
  return error.name === "ParseError" || error.name === "TokenizationError";
}
