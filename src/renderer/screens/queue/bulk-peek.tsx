import { useId, useRef, type ReactNode } from "react";
import type { Request } from "../../../contract/requests.ts";
import { asksKey, decline } from "../../keys/answering.ts";
import { declineDraft } from "../../store/actions.ts";
import { canAct, useApp, useDraft, useEngine, useView } from "../../store/app.ts";
import type { QueueRow } from "../../store/queue.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { KindMark } from "../../ui/kind-mark.tsx";
import { isPlainEnter } from "../../ui/plain-enter.ts";
import { AskLine, Command, Name, Plain } from "../../ui/plain.tsx";
import { useWholeInView } from "../../ui/whole-in-view.ts";
import "./bulk-peek.css";

/** What one verb would be for. Approvals are given to asks whose every character was in view, and to no others. */
export function BulkPeek({ rows }: { rows: readonly QueueRow[] }): ReactNode {
  const { actions, stores } = useApp();
  const requests = useEngine((state) => state.fleet.requests);
  const asks = rows.flatMap(({ item }) => requests[item.requestId ?? ""] ?? []);
  const key = asksKey(asks);
  const alike = asks.length === rows.length && asks.every(({ body }) => body.kind !== "question");
  const whole = useView((view) => view.whole === key);
  const body = useRef<HTMLDivElement>(null);
  const heading = useId();
  useWholeInView(body, key, (seen) => {
    if (seen) actions.show({ whole: key });
    else if (stores.view.getState().whole === key) actions.show({ whole: undefined });
  });
  return (
    <section className="queue-peek bulk" aria-labelledby={heading} data-region="peek" tabIndex={-1}>
      <h2 id={heading}>{rows.length} marked</h2>
      <div ref={body} className="bulk-body" tabIndex={0} role="group" aria-labelledby={heading}>
        {rows.map((row) => (
          <BulkItem key={row.id} row={row} request={requests[row.item.requestId ?? ""]} />
        ))}
      </div>
      {alike ? (
        <Answers requests={asks} whole={whole} />
      ) : (
        <p className="queue-told">They are not all approvals, so they have no answer in common. They can be put off.</p>
      )}
    </section>
  );
}

function BulkItem({ row, request }: { row: QueueRow; request: Request | undefined }): ReactNode {
  return (
    <article className="bulk-item">
      <h3>
        <KindMark kind={row.item.kind} /> <Plain text={row.name} />
      </h3>
      {request === undefined || request.body.kind === "question" ? (
        <p>
          <AskLine kind={row.item.kind} text={row.ask} />
        </p>
      ) : (
        <div className="ask-subject">
          <Subject body={request.body} />
        </div>
      )}
    </article>
  );
}

/** Exactly what would be done; what is ours to say of it does not look like a part of it. */
function Subject({ body }: { body: Exclude<Request["body"], { kind: "question" }> }): ReactNode {
  switch (body.kind) {
    case "command":
      return (
        <>
          <Command text={body.command} />
          in <Name text={body.folder} />
        </>
      );
    case "edit":
      return (
        <>
          {body.paths.map((path) => (
            <Name key={path} text={path} />
          ))}
          {body.opens !== undefined && (
            <>
              and everything below <Name text={body.opens} />
            </>
          )}
        </>
      );
    case "tool":
      return <Command text={`${body.tool} ${body.arguments}`} />;
    case "permissions":
      return <Command text={body.wanted} />;
  }
}

function Answers({ requests, whole }: { requests: readonly Request[]; whole: boolean }): ReactNode {
  const app = useApp();
  const { actions } = app;
  const able = useEngine(canAct);
  const key = asksKey(requests);
  const declining = useView((view) => view.declining === key);
  const text = useDraft(declineDraft(key));
  if (!able) return null;
  if (declining) {
    return (
      <form
        className="ask-decline"
        onSubmit={(event) => {
          event.preventDefault();
          decline(app);
        }}
      >
        <label>
          <span>Why not? Their authors are told.</span>
          <textarea
            rows={1}
            value={text}
            autoFocus
            onChange={(event) => actions.setDraft(declineDraft(key), event.target.value)}
            onKeyDown={(event) => {
              if (!isPlainEnter(event)) return;
              event.preventDefault();
              decline(app);
            }}
          />
        </label>
        <VerbButton
          label={`Decline ${String(requests.length)}`}
          binding="Enter"
          tone="primary"
          onPress={() => decline(app)}
        />
      </form>
    );
  }
  const all = (kind: "accept" | "accept-for-thread"): void => {
    for (const request of requests) void actions.answer(request, { kind });
  };
  return (
    <div className="ask-answers">
      <VerbButton
        label={`Allow these ${String(requests.length)} once`}
        command="accept"
        tone="primary"
        disabled={!whole}
        onPress={() => all("accept")}
      />
      <VerbButton
        label="Decline…"
        command="decline"
        disabled={!whole}
        onPress={() => actions.show({ declining: key })}
      />
      {!whole && <p className="ask-rest">Scroll to the end to answer: not all of them are in view yet.</p>}
    </div>
  );
}
