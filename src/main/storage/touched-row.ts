import type { Event } from "../../contract/events.ts";
import type { FleetTable } from "./storage.ts";

/** The one state row an event can change by the contract's fold; undefined when it changes none. */
export function touchedRow(event: Event): { readonly table: FleetTable; readonly id: string } | undefined {
  switch (event.type) {
    case "project.opened":
      return { table: "projects", id: event.project.id };
    case "project.closed":
    case "policy.read":
    case "project.allowed":
      return { table: "projects", id: event.projectId };
    case "workstream.created":
    case "workstream.unarchived":
      return { table: "workstreams", id: event.workstream.id };
    case "words.accepted":
      return { table: "words", id: event.words.id };
    case "words.delivered":
    case "words.dropped":
      return { table: "words", id: event.wordsId };
    case "request.raised":
      return { table: "requests", id: event.request.id };
    case "request.answered":
    case "request.withdrawn":
      return { table: "requests", id: event.requestId };
    case "attention.raised":
      return { table: "attention", id: event.item.id };
    case "attention.cleared":
    case "attention.snoozed":
      return { table: "attention", id: event.attentionId };
    case "setting.changed":
      return { table: "settings", id: event.name };
    case "agent.limited":
      return { table: "rateLimits", id: event.agent };
    case "agent.lost":
    case "item.upserted":
    case "plan.updated":
    case "note.recorded":
    case "review.sent":
    case "review.answered":
    case "review.resolved":
    case "hunks.viewed":
      return undefined;
    default:
      return { table: "workstreams", id: event.workstreamId };
  }
}
