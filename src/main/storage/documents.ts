import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Envelope } from "../../contract/events.ts";
import type { ReviewEntry } from "../../contract/review.ts";
import type { Request } from "../../contract/requests.ts";
import { searchKindSchema, senderSchema, type SearchKind, type Sender } from "../../contract/search.ts";
import { textOfRequest } from "./search-text.ts";

/**
 * A text that can be found and is no item of a transcript. It is kept in a table of its own, because what it was part of may
 * go while it is still to be found. `ref` tells those of one workstream and kind apart.
 */
export interface Document {
  readonly workstreamId: string;
  readonly kind: SearchKind;
  readonly ref: string;
  readonly from: Sender;
  readonly at: number;
  readonly text: string;
}

/** What an event means for the documents: one that is new or written again, or one that goes. */
export type DocumentChange =
  | { readonly put: Document }
  | { readonly drop: Pick<Document, "workstreamId" | "kind" | "ref"> };

/** The one place that knows which events bring documents; `ticket` is what is stored for a workstream. */
export function documentChanges({ event, at }: Envelope, ticket: (workstreamId: string) => string): DocumentChange[] {
  switch (event.type) {
    case "workstream.created": {
      const { id } = event.workstream;
      return [{ put: { workstreamId: id, kind: "ticket", ref: "", from: "human", at, text: ticket(id) } }];
    }
    case "request.raised":
      return [{ put: requestDocument(event.request) }];
    case "words.accepted": {
      const { id, workstreamId, text, from } = event.words;
      const sender = from.kind === "human" ? "human" : "engine";
      return [{ put: { workstreamId, kind: "words", ref: id, from: sender, at, text } }];
    }
    case "words.delivered":
      // From now on they are an item of the transcript.
      return [{ drop: { workstreamId: event.workstreamId, kind: "words", ref: event.wordsId } }];
    case "review.sent": {
      const { workstreamId, opened, replies } = event;
      return [
        ...opened.flatMap(({ number, anchor, entries }) =>
          entries.map((entry) => said(workstreamId, number, entry, `${anchor.path}\n`)),
        ),
        ...replies.map(({ number, entry }) => said(workstreamId, number, entry)),
      ];
    }
    case "review.answered":
      return [said(event.workstreamId, event.number, event.entry)];
    default:
      return [];
  }
}

/** One entry of a review thread; the first one is found by the file it is about, too. */
function said(workstreamId: string, number: number, { by, text, at }: ReviewEntry, about = ""): DocumentChange {
  const from = by === "human" ? "human" : "agent";
  const ref = `${String(number)} ${String(at)} ${by}`;
  return { put: { workstreamId, kind: "review", ref, from, at, text: `${about}${text}` } };
}

export function requestDocument({ id, workstreamId, at, body }: Request): Document {
  return { workstreamId, kind: "request", ref: id, from: "agent", at, text: textOfRequest(body) };
}

const rowSchema = z.object({
  workstream_id: z.string(),
  kind: searchKindSchema,
  sender: senderSchema,
  ordinal: z.number().int(),
  at: z.number(),
  text: z.string(),
});
const numberSchema = z.object({ n: z.number().int() });
const ticketSchema = z.object({ title: z.string(), body: z.string() });

export function createDocuments(db: DatabaseSync) {
  const upsert = db.prepare(
    `INSERT INTO documents (workstream_id, kind, ref, sender, ordinal, at, text)
     VALUES (?, ?, ?, ?, (SELECT coalesce(max(ordinal), 0) FROM items WHERE workstream_id = ?), ?, ?)
     ON CONFLICT (workstream_id, kind, ref) DO UPDATE SET sender = excluded.sender, at = excluded.at, text = excluded.text
     RETURNING n`,
  );
  const find = db.prepare("SELECT n FROM documents WHERE workstream_id = ? AND kind = ? AND ref = ?");
  const remove = db.prepare("DELETE FROM documents WHERE n = ?");
  const read = db.prepare("SELECT workstream_id, kind, sender, ordinal, at, text FROM documents WHERE n = ?");
  const ticket = db.prepare("SELECT title, body FROM tickets WHERE workstream_id = ?");

  return {
    put({ workstreamId, kind, ref, from, at, text }: Document): number {
      return numberSchema.parse(upsert.get(workstreamId, kind, ref, from, workstreamId, at, text)).n;
    },
    /** Answers the number it had. */
    drop({ workstreamId, kind, ref }: Pick<Document, "workstreamId" | "kind" | "ref">): number | undefined {
      const found = numberSchema.optional().parse(find.get(workstreamId, kind, ref));
      if (found !== undefined) remove.run(found.n);
      return found?.n;
    },
    read(n: number) {
      return rowSchema.optional().parse(read.get(n));
    },
    ticket(workstreamId: string): string {
      const found = ticketSchema.optional().parse(ticket.get(workstreamId));
      return found === undefined ? "" : `${found.title}\n${found.body}`;
    },
  };
}
