import { parseDocument, stringify } from "yaml";
import { z } from "zod";
import type { Result } from "../../contract/errors.ts";
import { fail, ok } from "../../contract/errors.ts";
import type { Json, TrackerTicket } from "./tracker.ts";

/** A ticket as its file alone tells it; whether it may be started depends on the others. */
export type TicketFile = Omit<TrackerTicket, "blockedBy" | "dispatchable"> & {
  readonly blockedByKeys: readonly string[];
};

/**
 * Reads one Markdown ticket. Its title comes from the front matter, else from the first heading, else from the key. What is optional
 * and unusable (a priority that is no whole number, a date that is none) counts as absent; broken front matter is `BAD_REQUEST`.
 */
export function readTicketFile(key: string, text: string): Result<TicketFile> {
  const parts = splitFrontMatter(text.replace(/^\uFEFF/, ""));
  if (parts === null) return damaged(key, "its front matter is never closed");
  if (parts.frontMatter.length > maxFrontMatter) return damaged(key, "its front matter is longer than a ticket needs");
  let yaml: unknown;
  try {
    // Keys that are maps or lists themselves, one inside another, would keep it busy for minutes.
    const document = parseDocument(parts.frontMatter, { logLevel: "silent", stringKeys: true });
    const [error] = document.errors;
    if (error) throw error;
    yaml = document.toJS({ maxAliasCount: 50 }) ?? {};
  } catch (error) {
    return damaged(key, "its front matter is not valid YAML", error);
  }
  const written = frontMatterSchema.safeParse(yaml);
  if (!written.success)
    return damaged(key, "its front matter is not a map of plain keys", written.error.issues[0]?.message);
  return ok(ticketOf(key, written.data, parts.body));
}

/** The text of a new ticket's file. */
export function writeTicketFile(ticket: { title: string; body: string; state: string; createdAt: string }): string {
  const { body, title, state, createdAt } = ticket;
  return `---\n${stringify({ title, state, created_at: createdAt })}---\n\n${body.trim()}\n`;
}

/** Characters; the parser's time grows faster than its input. */
const maxFrontMatter = 8_000;

const optional = <T extends z.ZodType>(schema: T) => schema.nullable().catch(null).default(null);
const words = z
  .union([z.string().transform((word) => [word]), z.array(z.union([z.string(), z.number()]).transform(String))])
  .catch([])
  .default([]);

const frontMatterSchema = z.looseObject({
  title: optional(z.string().trim().min(1).max(300)),
  state: optional(z.string().trim().min(1).max(100)),
  priority: optional(z.int()),
  labels: words,
  blocked_by: words,
  branch_name: optional(z.string().trim().min(1).max(200)),
  url: optional(z.url({ protocol: /^https?$/ }).max(2_000)),
  assignee_id: optional(z.string().trim().min(1).max(200)),
  created_at: z.unknown().optional().transform(instant),
  updated_at: z.unknown().optional().transform(instant),
});

function ticketOf(key: string, written: z.output<typeof frontMatterSchema>, body: string): TicketFile {
  const { title, state, priority, labels, blocked_by, branch_name, url, assignee_id, created_at, updated_at, ...rest } =
    written;
  const heading = /^# +(.+)$/m.exec(body);
  const headingIsTitle = title === null && heading !== null;
  const description = (headingIsTitle ? body.replace(heading[0], "") : body).trim();
  return {
    id: key,
    key,
    title: (title ?? withoutMarks(heading?.[1]) ?? key).trim().slice(0, 300),
    description: description === "" ? null : description,
    priority,
    state: state ?? "todo",
    branchName: branch_name,
    url,
    assigneeId: assignee_id,
    labels: [...new Set(labels.map((label) => label.trim().toLowerCase()).filter((label) => label !== ""))].slice(
      0,
      100,
    ),
    blockedByKeys: [...new Set(blocked_by.map((blocker) => blocker.trim()).filter((blocker) => blocker !== ""))].slice(
      0,
      100,
    ),
    createdAt: created_at,
    updatedAt: updated_at,
    nativeRef: { path: `tickets/${key}.md` },
    extra: jsonOnly(rest),
  };
}

/** Markdown lets a heading end with marks as well. Cut first: matching an end from every place is slow in a long line. */
function withoutMarks(heading: string | undefined): string | undefined {
  return heading?.slice(0, 400).replace(/[ #]+$/, "") || undefined;
}

/** A fence is a line that is exactly `---`. Null: opened and never closed. */
function splitFrontMatter(text: string): { frontMatter: string; body: string } | null {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== "---") return { frontMatter: "", body: lines.join("\n") };
  const close = lines.indexOf("---", 1);
  if (close < 0) return null;
  return { frontMatter: lines.slice(1, close).join("\n"), body: lines.slice(close + 1).join("\n") };
}

function jsonOnly(written: Record<string, unknown>): Record<string, Json> {
  const json: Record<string, Json> = {};
  for (const [name, value] of Object.entries(written)) {
    const read = z.json().safeParse(value);
    if (read.success) json[name] = read.data;
  }
  return json;
}

function instant(value: unknown): string | null {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(value)) return null;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function damaged(key: string, why: string, cause?: unknown): Result<never> {
  return fail(
    "BAD_REQUEST",
    `The ticket tickets/${key}.md cannot be read: ${why}.`,
    `Correct tickets/${key}.md; the other tickets are not affected.`,
    cause,
  );
}
