import { useEffect, useRef, type ReactNode } from "react";
import type { Workstream } from "../../../contract/states.ts";
import { steerDraft } from "../../store/actions.ts";
import { isSteerable } from "../../store/abilities.ts";
import { useApp, useDraft, useEngine, useView } from "../../store/app.ts";
import { ageInWords } from "../../store/format.ts";
import type { Standing } from "../../store/standing.ts";
import { Keys } from "../../ui/kbd.tsx";
import { MiddleEllipsis, Name, Plain, WithCode } from "../../ui/plain.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { Ask, useLook } from "../ask.tsx";
import { Rest, rests } from "../rest.tsx";
import { useForecastWords } from "../use-forecast-words.ts";
import { useNow } from "../use-now.ts";
import { diffWords } from "./facts-in-words.ts";
import "./peek.css";

/** What is needed to decide about the selected workstream. Its height never changes, so that the tiles stay where they are. */
export function Peek({ standing }: { standing: Standing | undefined }): ReactNode {
  const steering = useView((view) => view.steering);
  useLook(standing);
  if (standing === undefined) return <section className="peek" aria-label="Selected workstream" />;
  const { workstream, requests } = standing;
  const request = requests[0];
  return (
    <section className="peek" aria-label="Selected workstream" data-region="peek" tabIndex={-1}>
      {steering && <SteerLine workstream={workstream} />}
      <div className="peek-body">
        {request !== undefined && (
          <Ask key={request.id} workstream={workstream} request={request} waiting={requests.length} />
        )}
        <Summary standing={standing} />
      </div>
    </section>
  );
}

function Summary({ standing }: { standing: Standing }): ReactNode {
  const { workstream, status, line, since, attention, requests } = standing;
  const now = useNow();
  const lines = useEngine((state) => state.lines[workstream.id]);
  return (
    <div className="summary">
      <header className="summary-head">
        <h2>
          <MiddleEllipsis text={workstream.name} />
        </h2>
        <StatusMark status={status} still={standing.still} />
        <span className="summary-since">for {ageInWords(Math.max(0, now - since))}</span>
      </header>
      <p className="summary-title">
        <WithCode text={workstream.ticket.title} />
      </p>
      <Rest standing={standing} />
      {requests.length === 0 && !rests(workstream) && (
        <p className="summary-line" data-status={attention.length === 0 ? undefined : status}>
          <WithCode text={attention[0]?.ask ?? line} />
        </p>
      )}
      <dl className="summary-facts">
        <dt>branch</dt>
        <dd>
          <Name text={workstream.place.branch} />
        </dd>
        <dt>agent</dt>
        <dd>
          <Plain text={[workstream.agent, workstream.model].filter(Boolean).join(" · ")} />
        </dd>
        <dt>diff</dt>
        <dd>{diffWords(workstream)}</dd>
        <ConflictFact workstream={workstream} />
      </dl>
      <ol className="summary-lines" aria-label="Last lines">
        {lines?.map((told, at) => (
          <li key={at}>
            <Plain text={told} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** What its commits do not go together with. */
function ConflictFact({ workstream }: { workstream: Workstream }): ReactNode {
  const words = useForecastWords(workstream);
  if (words === "") return null;
  return (
    <>
      <dt>conflict</dt>
      <dd>
        <Plain text={words} />
      </dd>
    </>
  );
}

/** One line to the author without leaving the grid. */
function SteerLine({ workstream }: { workstream: Workstream }): ReactNode {
  const { actions, surfaces } = useApp();
  const key = steerDraft(workstream.id);
  const text = useDraft(key);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => surfaces.add("steer", { focus: () => field.current?.focus() }), [surfaces]);
  const steers = useEngine((state) => isSteerable(workstream, state.agents));
  return (
    <form
      className="steer-line"
      onSubmit={(event) => {
        event.preventDefault();
        void actions.steer(workstream, text, steers ? "now" : "next", key);
        actions.show({ steering: false });
        surfaces.get("grid")?.focus();
      }}
    >
      <label>
        <span>{steers ? "Steer" : "Next turn of"}</span> <Plain text={workstream.name} />
        <input ref={field} value={text} autoFocus onChange={(event) => actions.setDraft(key, event.target.value)} />
      </label>
      <Keys binding="Enter" /> <Keys binding="Escape" />
    </form>
  );
}
