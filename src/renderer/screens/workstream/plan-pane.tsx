import type { ReactNode } from "react";
import type { PlanStep } from "../../../contract/items.ts";
import type { Workstream } from "../../../contract/states.ts";
import { useDetail } from "../../store/app.ts";
import { clock } from "../../store/format.ts";
import { Markdown } from "../../ui/markdown.tsx";
import { Name, Plain, WithCode } from "../../ui/plain.tsx";
import "./plan-pane.css";
import { StepIcon } from "../../ui/step-icon.tsx";

/** What was asked for, how far the author says it is, and what the gates say. */
export function PlanPane({
  workstream,
  focusable = false,
}: {
  workstream: Workstream;
  focusable?: boolean;
}): ReactNode {
  const detail = useDetail((state) => state.details[workstream.id]);
  const Heading = "h2";
  return (
    <div className="plan" {...(focusable ? { tabIndex: 0, role: "region", "aria-label": "Ticket and plan" } : {})}>
      {detail !== undefined && detail.plan.length > 0 && (
        <section>
          <Heading>Plan</Heading>
          <ol className="plan-steps">
            {detail.plan.map((step, at) => (
              <Step key={at} step={step} />
            ))}
          </ol>
        </section>
      )}
      <section>
        <Heading>Ticket</Heading>
        <p className="plan-title">
          <WithCode text={workstream.ticket.title} />
        </p>
        {detail !== undefined && <Markdown text={detail.ticket.body} />}
      </section>
      <section>
        <Heading>Where it stands</Heading>
        <dl className="plan-facts">
          <dt>ticket</dt>
          <dd>
            <Name text={workstream.ticket.key} />
          </dd>
          <dt>branch</dt>
          <dd>
            <Name text={workstream.place.branch} />
          </dd>
          <dt>worktree</dt>
          <dd>
            <Name text={workstream.place.path} />
          </dd>
          <dt>agent</dt>
          <dd>
            <Plain text={[workstream.agent, workstream.model].filter(Boolean).join(" · ")} />
          </dd>
          {Object.entries(workstream.gates).map(([name, gate]) => (
            <Gate key={name} name={name} verdict={gate.verdict} why={gate.why} />
          ))}
        </dl>
      </section>
      {detail !== undefined && detail.notes.length > 0 && (
        <section>
          <Heading>Notes</Heading>
          <ul className="plan-notes">
            {detail.notes.map((note, at) => (
              <li key={at}>
                <span className="plan-when">{clock(note.at)}</span> <Plain text={note.text} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Step({ step }: { step: PlanStep }): ReactNode {
  return (
    <li data-step={step.status}>
      <StepIcon status={step.status} />
      <span>
        <Plain text={step.text} />
      </span>
    </li>
  );
}

function Gate({ name, verdict, why }: { name: string; verdict: string; why: string | undefined }): ReactNode {
  return (
    <>
      <dt>{name} gate</dt>
      <dd>
        {verdict}
        {why !== undefined && (
          <>
            : <Plain text={why} />
          </>
        )}
      </dd>
    </>
  );
}
