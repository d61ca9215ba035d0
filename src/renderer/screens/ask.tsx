import { useEffect, useRef, type ReactNode } from "react";
import type { Request } from "../../contract/requests.ts";
import type { Workstream } from "../../contract/states.ts";
import { decline } from "../keys/answering.ts";
import { declineDraft, questionDraft } from "../store/actions.ts";
import { useApp, useDraft, useEngine, useView } from "../store/app.ts";
import { ageInWords } from "../store/format.ts";
import type { Standing } from "../store/standing.ts";
import { AskCard } from "../ui/ask-card.tsx";
import { useNow } from "./use-now.ts";

/** Tells the focus clock what the human looks at: what a project or a workstream asks, else the workstream itself. */
export function useLook(standing: Standing | undefined): void {
  const { focus } = useApp();
  const asking = useView((view) => (view.overlay === "consent" ? view.consent : undefined));
  const key = asking ?? standing?.requests[0]?.id ?? standing?.workstream.id;
  useEffect(() => {
    focus.look(key);
    return () => focus.look(undefined);
  }, [focus, key]);
}

/** The oldest request of a workstream, answerable here. */
export function Ask(props: { workstream: Workstream; request: Request; waiting: number }): ReactNode {
  const { workstream, request, waiting } = props;
  const app = useApp();
  const { actions, stores, surfaces } = app;
  const now = useNow();
  const offline = useEngine((state) => state.link.kind !== "open");
  const reader = useEngine((state) => state.reader);
  const sending = useView((view) => view.sending.has(request.id));
  const whole = useView((view) => view.whole === request.id);
  const declining = useView((view) => view.declining === request.id);
  const picked = useView((view) => view.picked[request.id]);
  const declineText = useDraft(declineDraft(request.id));
  const questionId = openQuestion(request, picked);
  const ownWords = useDraft(questionDraft(request.id, questionId ?? ""));
  const reply = useRef<HTMLTextAreaElement>(null);
  const card = useRef<HTMLElement>(null);

  useEffect(
    () =>
      surfaces.add("ask", {
        isQuestion: request.body.kind === "question",
        focus: () => card.current?.focus(),
        reply: () => reply.current?.focus(),
      }),
    [surfaces, request],
  );

  return (
    <AskCard
      request={request}
      asker={`${workstream.name}, for ${ageInWords(Math.max(0, now - request.at))}`}
      place={waiting > 1 ? `1 of ${String(waiting)} here` : undefined}
      sending={sending}
      offline={offline}
      reader={reader}
      whole={whole}
      declining={declining}
      declineText={declineText}
      picked={picked ?? {}}
      draftOf={() => ownWords}
      onWhole={(seen) => {
        if (seen) actions.show({ whole: request.id });
        else if (stores.view.getState().whole === request.id) actions.show({ whole: undefined });
      }}
      onAnswer={(offer) =>
        offer === "decline" ? actions.show({ declining: request.id }) : void actions.answer(request, { kind: offer })
      }
      onDeclineText={(text) => actions.setDraft(declineDraft(request.id), text)}
      onDecline={() => decline(app)}
      onKeepAsking={() => {
        actions.show({ declining: undefined });
        card.current?.focus();
      }}
      onPick={(id, answers) => {
        actions.setDraft(questionDraft(request.id, id), "");
        void actions.pick(request, id, answers);
      }}
      onDraft={(id, text) => actions.setDraft(questionDraft(request.id, id), text)}
      onRegion={(inside) => {
        const wanted = inside ? "question" : undefined;
        if (stores.view.getState().region !== wanted) actions.show({ region: wanted });
      }}
      replyRef={reply}
      cardRef={card}
    />
  );
}

function openQuestion(request: Request, picked: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (request.body.kind !== "question") return undefined;
  return request.body.questions.find(({ id }) => picked?.[id] === undefined)?.id;
}
