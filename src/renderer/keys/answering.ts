import type { Offer, Request } from "../../contract/requests.ts";
import { heldChange } from "../store/abilities.ts";
import { declineDraft } from "../store/actions.ts";
import { currentRequest, targetRows, type App } from "../store/app.ts";
import { isOpen, whenCurrent, type Behaviour, type Behaviours } from "./command.ts";

/** Answers to what a workstream asks. They work once the whole ask is in view. */
export const answeringBehaviours = {
  accept: offer("accept"),
  "accept-for-thread": offer("accept-for-thread"),
  decline: {
    when: (app) => offers(app, "decline"),
    run: (app) => app.actions.show({ declining: asksKey(targets(app)) }),
  },
  cancel: offer("cancel"),
  waive: {
    when: whenCurrent((workstream) => heldChange(workstream) !== undefined),
    run: ({ actions }) => actions.openOverlay("waive"),
  },
  reply: {
    when: (app) => currentRequest(app)?.body.kind === "question" && !app.stores.engine.getState().reader,
    run: ({ surfaces }) => surfaces.get("ask")?.reply(),
  },
} satisfies Partial<Behaviours>;

/** The requests an answer is for: those of the marked items where every one is an approval, else the one in view. */
export function targets(app: App): readonly Request[] {
  const { engine, queue, view } = app.stores;
  const request = currentRequest(app);
  const { marked } = queue.getState();
  if (view.getState().route.screen !== "queue" || marked.size === 0) return request === undefined ? [] : [request];
  const { requests } = engine.getState().fleet;
  const rows = targetRows(app);
  const all = rows.flatMap(({ item }) => requests[item.requestId ?? ""] ?? []);
  return all.length === rows.length && all.every(({ body }) => body.kind !== "question") ? all : [];
}

/** What several asks are seen, declined and drafted as: one, of exactly these. */
export function asksKey(requests: readonly Request[]): string {
  return requests.map(({ id }) => id).join(" ");
}

/** Whether what is in view takes this answer now: every ask is shown whole, and no answer is on its way. */
function offers(app: App, wanted: Offer): boolean {
  const requests = targets(app);
  if (requests.length === 0) return false;
  const all = requests.every(({ body }) => body.kind !== "question" && body.offers.includes(wanted));
  return all && answerable(app, requests);
}

function answerable(app: App, requests: readonly Request[]): boolean {
  const { whole, sending, declining } = app.stores.view.getState();
  const key = asksKey(requests);
  return isOpen(app) && whole === key && !requests.some(({ id }) => sending.has(id)) && declining !== key;
}

function offer(kind: Exclude<Offer, "decline">): Behaviour {
  return {
    when: (app) => offers(app, kind),
    run: (app) => {
      for (const request of targets(app)) void app.actions.answer(request, { kind });
    },
  };
}

/** Declines with what was written as the reason; an empty one is left out. */
export function decline(app: App): void {
  const requests = targets(app);
  const key = declineDraft(asksKey(requests));
  const reason = (app.stores.draft.getState().drafts[key] ?? "").trim();
  for (const request of requests) {
    void app.actions.answer(request, { kind: "decline", ...(reason === "" ? {} : { reason }) });
  }
  if (requests.length > 1) app.actions.setDraft(key, "");
}

/** Chooses the answer of this number, counted from 1, to the first question that has none. */
export function choosing(number: number): Behaviour {
  const chosen = (app: App): { id: string; label: string } | undefined => {
    const request = currentRequest(app);
    if (request?.body.kind !== "question") return undefined;
    const picked = app.stores.view.getState().picked[request.id] ?? {};
    const question = request.body.questions.find(({ id }) => picked[id] === undefined);
    const label = question?.options[number - 1]?.label;
    return question === undefined || label === undefined ? undefined : { id: question.id, label };
  };
  return {
    when: (app) => answerable(app, targets(app)) && chosen(app) !== undefined,
    run: (app) => {
      const request = currentRequest(app);
      const choice = chosen(app);
      if (request !== undefined && choice !== undefined) void app.actions.pick(request, choice.id, [choice.label]);
    },
  };
}
