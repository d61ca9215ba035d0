import { fail, problem, problemOf, unwrap, ProblemError, type Result } from "../../contract/errors.ts";
import { isDetail, workstreamOf, type Envelope, type Event } from "../../contract/events.ts";
import type { WorkstreamId } from "../../contract/ids.ts";
import { transcriptBlock } from "../../contract/items.ts";
import type { Detail, DetailFrame, FleetFrame } from "../../contract/procedures.ts";
import { callError } from "./access.ts";
import { createMailbox, maxQueued, type Mailbox, type StreamedText } from "./mailbox.ts";
import type { Fleet, Journal, Storage } from "./parts.ts";

/** Items a detail snapshot begins with, at least; it begins at a multiple of {@link transcriptBlock}. */
const snapshotItems = 100;
const maxSubscribers = 64;

export interface Feed {
  /** Summaries for one subscriber: what came after `since` when that is still kept, else a snapshot; then events. */
  fleet(since: number | undefined, signal: AbortSignal | undefined): AsyncGenerator<FleetFrame, void, void>;
  /** One workstream in full for one subscriber. Throws a `ProblemError` when there is no such workstream. */
  workstream(
    id: WorkstreamId,
    since: number | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<DetailFrame, void, void>;
  /** Ends all streams. */
  close(): void;
}

export interface FeedDeps {
  readonly journal: Pick<Journal, "published" | "subscribe">;
  readonly storage: Pick<Storage, "eventsAfter" | "items" | "lastOrdinal" | "planAndNotes" | "review" | "ticket">;
  readonly fleet: Pick<Fleet, "onDelta">;
}

/** How one kind of subscriber is told. */
interface View<Frame> {
  snapshot(): Promise<{ readonly seq: number; readonly frame: Frame; readonly holds?: (event: Event) => boolean }>;
  events(envelopes: Envelope[]): Frame;
  deltas(deltas: StreamedText[]): Frame | undefined;
}

/**
 * Tells subscribers what happens. Each has a bounded queue that is emptied as fast as it reads and at most every 33 ms; one
 * that falls behind loses its queue and is given a new snapshot.
 */
export function createFeed({ journal, storage, fleet }: FeedDeps): Feed {
  const mailboxes = new Set<Mailbox>();
  const watchers = new Map<WorkstreamId, Set<Mailbox>>();
  const undos = [
    journal.subscribe((envelopes) => {
      for (const mailbox of mailboxes) mailbox.put(envelopes);
    }),
    fleet.onDelta((delta) => {
      for (const mailbox of watchers.get(delta.workstreamId) ?? []) mailbox.stream(delta);
    }),
  ];

  function open(wants: (event: Event) => boolean, signal: AbortSignal | undefined): Mailbox {
    if (mailboxes.size >= maxSubscribers) {
      throw new ProblemError(
        problem("TOO_MANY", `${maxSubscribers} subscribers are being told already.`, "Close a window or a script."),
      );
    }
    const mailbox = createMailbox(wants);
    mailboxes.add(mailbox);
    signal?.addEventListener("abort", () => mailbox.close(), { once: true });
    if (signal?.aborted === true) mailbox.close();
    return mailbox;
  }

  /** What came after `since`; undefined when only a snapshot can tell. */
  async function missed(since: number | undefined): Promise<readonly Envelope[] | undefined> {
    if (since === undefined || since > journal.published().seq) return undefined;
    const kept = await storage.eventsAfter(since, maxQueued);
    if (!kept.ok || kept.value.gap || kept.value.envelopes.length >= maxQueued) return undefined;
    return kept.value.envelopes;
  }

  async function* tell<Frame>(
    mailbox: Mailbox,
    view: View<Frame>,
    wants: (event: Event) => boolean,
    since: number | undefined,
  ): AsyncGenerator<Frame, void, void> {
    const earlier = await missed(since);
    let told = earlier?.at(-1)?.seq ?? since ?? 0;
    let holds: ((event: Event) => boolean) | undefined;
    let lost = earlier === undefined;
    if (earlier !== undefined) yield view.events(earlier.filter(({ event }) => wants(event)));
    while (true) {
      if (lost) {
        const snapshot = await view.snapshot();
        told = snapshot.seq;
        holds = snapshot.holds;
        yield snapshot.frame;
      }
      const batch = await mailbox.next();
      if (batch === undefined) return;
      lost = batch.lost;
      const news = batch.envelopes.filter(({ seq, event }) => seq > told && holds?.(event) !== true);
      told = batch.envelopes.at(-1)?.seq ?? told;
      if (news.length > 0) yield view.events(news);
      const deltas = batch.deltas.length > 0 ? view.deltas(batch.deltas) : undefined;
      if (deltas !== undefined) yield deltas;
    }
  }

  async function* until<Frame>(
    mailbox: Mailbox,
    frames: AsyncGenerator<Frame, void, void>,
  ): AsyncGenerator<Frame, void, void> {
    try {
      yield* frames;
    } catch (thrown) {
      throw callError(problemOf(thrown));
    } finally {
      mailbox.close();
      mailboxes.delete(mailbox);
      for (const watching of watchers.values()) watching.delete(mailbox);
    }
  }

  const fleetView: View<FleetFrame> = {
    snapshot: () => Promise.resolve(snapshotOf(journal.published())),
    events: (envelopes) => ({ kind: "events", envelopes }),
    deltas: () => undefined,
  };

  function detailView(id: WorkstreamId): View<DetailFrame> {
    return {
      snapshot: async () => {
        // Read before the rows: what is stored meanwhile is told again, and upserts bear that.
        const { seq } = journal.published();
        const detail = unwrap(await readDetail(id));
        return { seq, frame: { kind: "snapshot", seq, detail }, holds: (event) => holdsNote(detail, event) };
      },
      events: (envelopes) => ({ kind: "events", envelopes }),
      deltas: (deltas) => ({ kind: "deltas", deltas }),
    };
  }

  async function readDetail(id: WorkstreamId): Promise<Result<Detail>> {
    const last = await storage.lastOrdinal(id);
    if (!last.ok) return last;
    const over = Math.max(0, last.value - snapshotItems) % transcriptBlock;
    const [ticket, page, rest, review] = await Promise.all([
      storage.ticket(id),
      storage.items(id, undefined, snapshotItems + over),
      storage.planAndNotes(id),
      storage.review(id),
    ]);
    if (!ticket.ok) return ticket;
    if (!page.ok) return page;
    if (!rest.ok) return rest;
    if (!review.ok) return review;
    const { items, more, turns } = page.value;
    const transcript = { items, more, turns };
    return { ok: true, value: { ticket: ticket.value, ...transcript, ...rest.value, review: review.value } };
  }

  return {
    fleet(since, signal) {
      const wants = (event: Event) => !isDetail(event);
      const mailbox = open(wants, signal);
      return until(mailbox, tell(mailbox, fleetView, wants, since));
    },
    workstream(id, since, signal) {
      if (journal.published().state.workstreams[id] === undefined) unwrap(noWorkstream(id));
      const wants = (event: Event) => workstreamOf(event) === id;
      const mailbox = open(wants, signal);
      const watching = watchers.get(id) ?? new Set();
      watchers.set(id, watching.add(mailbox));
      return until(mailbox, tell(mailbox, detailView(id), wants, since));
    },
    close() {
      for (const undo of undos) undo();
      for (const mailbox of mailboxes) mailbox.close();
    },
  };
}

/** Without the workstreams put away: there may be thousands, and what is told of them later is ignored where they are missing. */
function snapshotOf({ seq, state }: ReturnType<Journal["published"]>): { seq: number; frame: FleetFrame } {
  const workstreams = Object.fromEntries(
    Object.entries(state.workstreams).filter(([, { phase }]) => phase !== "archived"),
  );
  return { seq, frame: { kind: "snapshot", seq, state: { ...state, workstreams } } };
}

/** Notes have no id to upsert by, so one that a snapshot holds must not be told again. */
function holdsNote(detail: Detail, event: Event): boolean {
  return event.type === "note.recorded" && detail.notes.some(({ at, text }) => at === event.at && text === event.text);
}

export function noWorkstream(id: WorkstreamId): Result<never> {
  return fail("NOT_FOUND", `There is no workstream ${id}.`, "List them with `cox list`.");
}
