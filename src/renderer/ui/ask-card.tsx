import { useId, useRef, type ReactNode, type RefObject } from "react";
import type { Offer, Request, RequestBody } from "../../contract/requests.ts";
import { VerbButton } from "./kbd.tsx";
import { isPlainEnter } from "./plain-enter.ts";
import { Command, Name, Plain } from "./plain.tsx";
import { Questions } from "./questions.tsx";
import { useWholeInView } from "./whole-in-view.ts";
import "./ask-card.css";

export interface AskCardProps {
  readonly request: Request;
  /** Who asks and since when, in words. */
  readonly asker: string;
  /** Place among the requests that wait here. */
  readonly place: string | undefined;
  readonly sending: boolean;
  readonly offline: boolean;
  /** Whether it is only shown, and nobody can answer here. */
  readonly reader: boolean;
  /** Whether answers are taken: the whole ask has been in view for a moment. */
  readonly whole: boolean;
  readonly declining: boolean;
  readonly declineText: string;
  readonly picked: Readonly<Record<string, readonly string[]>>;
  readonly draftOf: (questionId: string) => string;
  readonly onWhole: (whole: boolean) => void;
  readonly onAnswer: (offer: Offer) => void;
  readonly onDeclineText: (text: string) => void;
  readonly onDecline: (withReason: boolean) => void;
  readonly onKeepAsking: () => void;
  readonly onPick: (questionId: string, answers: string[]) => void;
  readonly onDraft: (questionId: string, text: string) => void;
  readonly onRegion: (inside: boolean) => void;
  readonly replyRef: RefObject<HTMLTextAreaElement | null>;
  readonly cardRef: RefObject<HTMLElement | null>;
}

/** One thing an author needs decided, with all that is needed to decide it and what each answer does. */
export function AskCard(props: AskCardProps): ReactNode {
  const { request, asker, place, sending, reader, whole, onWhole, onRegion, cardRef } = props;
  const body = useRef<HTMLDivElement>(null);
  const heading = useId();
  useWholeInView(body, request.id, onWhole);
  return (
    <section
      ref={cardRef}
      className="ask"
      aria-labelledby={heading}
      aria-busy={sending}
      data-whole={whole}
      data-request={request.id}
      tabIndex={-1}
      onFocus={() => onRegion(request.body.kind === "question")}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onRegion(false);
      }}
    >
      <header className="ask-head">
        <h2 id={heading}>{headline(request.body)}</h2>
        <span className="ask-asker">{asker}</span>
        {place !== undefined && <span className="ask-place">{place}</span>}
        {sending && <span className="ask-sending">sending your answer…</span>}
      </header>
      <div ref={body} className="ask-body" tabIndex={whole ? -1 : 0} role="group" aria-labelledby={heading}>
        {request.body.kind === "question" ? (
          <Questions {...props} questions={request.body.questions} />
        ) : (
          <Subject body={request.body} />
        )}
      </div>
      {request.body.kind !== "question" && !reader && <Answers {...props} offers={request.body.offers} />}
      {!whole && !reader && <p className="ask-rest">Scroll to its end to answer: not all of it is in view yet.</p>}
    </section>
  );
}

function headline(body: RequestBody): string {
  switch (body.kind) {
    case "command":
      return "Allow this command?";
    case "edit":
      return body.paths.length === 1 ? "Allow a change to this file?" : "Allow changes to these files?";
    case "tool":
      return "Allow this tool call?";
    case "permissions":
      return "Allow more than the sandbox gives?";
    case "question":
      return body.waits ? "It asks, and waits for you" : "It asks, and goes on meanwhile";
  }
}

function Subject({ body }: { body: Exclude<RequestBody, { kind: "question" }> }): ReactNode {
  return (
    <>
      <div className="ask-subject">
        {body.kind === "command" && <Command text={body.command} />}
        {body.kind === "edit" && body.paths.map((path) => <Name key={path} text={path} />)}
        {body.kind === "tool" && <Command text={`${body.tool} ${body.arguments}`} />}
        {body.kind === "permissions" && <Command text={body.wanted} />}
      </div>
      <dl className="ask-facts">
        {body.kind === "edit" && body.opens !== undefined && (
          <>
            <dt>opens</dt>
            <dd>
              everything below <Name text={body.opens} /> from then on
            </dd>
          </>
        )}
        {body.kind === "command" && (
          <>
            <dt>in</dt>
            <dd>
              <Name text={body.folder} />
            </dd>
          </>
        )}
        <dt>it says</dt>
        <dd className="ask-reason">{body.reason === "" ? "No reason was given." : <Plain text={body.reason} />}</dd>
      </dl>
    </>
  );
}

const offerLabels: Readonly<Record<Offer, string>> = {
  accept: "Allow once",
  "accept-for-thread": "Allow for this thread",
  decline: "Decline…",
  cancel: "Decline and end the turn",
};

function Answers(props: AskCardProps & { offers: readonly Offer[] }): ReactNode {
  const { offers, sending, offline, whole, declining, declineText, onAnswer, replyRef } = props;
  if (declining) {
    return (
      <form
        className="ask-decline"
        onSubmit={(event) => {
          event.preventDefault();
          props.onDecline(true);
        }}
      >
        <label>
          <span>Why not? The author is told.</span>
          <textarea
            ref={replyRef}
            rows={1}
            value={declineText}
            autoFocus
            placeholder="Enter sends, also without a reason"
            onChange={(event) => props.onDeclineText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") {
                event.stopPropagation();
                props.onKeepAsking();
              }
              if (isPlainEnter(event)) {
                event.preventDefault();
                props.onDecline(true);
              }
            }}
          />
        </label>
        <VerbButton label="Decline" binding="Enter" tone="primary" onPress={() => props.onDecline(true)} />
        <VerbButton label="Back" binding="Escape" onPress={props.onKeepAsking} />
      </form>
    );
  }
  return (
    <div className="ask-answers">
      {offers.map((offer) => (
        <VerbButton
          key={offer}
          label={offerLabels[offer]}
          command={offer}
          tone={offer === "accept" ? "primary" : "plain"}
          disabled={sending || offline || !whole}
          onPress={() => onAnswer(offer)}
        />
      ))}
    </div>
  );
}
