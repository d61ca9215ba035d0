import type { Offer } from "../../contract/requests.ts";
import { heldChange } from "../store/abilities.ts";
import { declineDraft } from "../store/actions.ts";
import { currentRequest, type App } from "../store/app.ts";
import { isOpen, whenCurrent, type Behaviour, type Behaviours } from "./command.ts";

/** Answers to what a workstream asks. They work once the whole ask is in view. */
export const answeringBehaviours = {
  accept: offer("accept"),
  "accept-for-thread": offer("accept-for-thread"),
  decline: {
    when: (app) => offers(app, "decline"),
    run: ({ actions, ...app }) => {
      const request = currentRequest({ actions, ...app });
      if (request !== undefined) actions.show({ declining: request.id });
    },
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

/** Whether the request in view takes this answer now: it is shown whole, and no answer is on its way. */
function offers(app: App, wanted: Offer): boolean {
  const request = currentRequest(app);
  if (request === undefined || request.body.kind === "question") return false;
  return answerable(app) && request.body.offers.includes(wanted);
}

function answerable(app: App): boolean {
  const request = currentRequest(app);
  const { whole, sending, declining } = app.stores.view.getState();
  return (
    request !== undefined && isOpen(app) && whole === request.id && !sending.has(request.id) && declining !== request.id
  );
}

function offer(kind: Exclude<Offer, "decline">): Behaviour {
  return {
    when: (app) => offers(app, kind),
    run: (app) => {
      const request = currentRequest(app);
      if (request !== undefined) void app.actions.answer(request, { kind });
    },
  };
}

/** Declines with what was written as the reason; an empty one is left out. */
export function decline(app: App): void {
  const request = currentRequest(app);
  if (request === undefined) return;
  const reason = (app.stores.draft.getState().drafts[declineDraft(request.id)] ?? "").trim();
  void app.actions.answer(request, { kind: "decline", ...(reason === "" ? {} : { reason }) });
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
    when: (app) => answerable(app) && chosen(app) !== undefined,
    run: (app) => {
      const request = currentRequest(app);
      const choice = chosen(app);
      if (request !== undefined && choice !== undefined) void app.actions.pick(request, choice.id, [choice.label]);
    },
  };
}
