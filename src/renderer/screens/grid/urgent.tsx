import type { ReactNode } from "react";
import { decide } from "../../keys/everywhere.ts";
import { canAct, useApp, useEngine, urgentItems } from "../../store/app.ts";
import { age } from "../../store/format.ts";
import { AskLine, Plain } from "../../ui/plain.tsx";
import { useNow } from "../use-now.ts";
import "./urgent.css";

const shownUrgent = 3;

/** The most urgent three, in a strip that is always as high, so that nothing below it moves. */
export function Urgent(): ReactNode {
  const app = useApp();
  const { actions } = app;
  const now = useNow();
  const fleet = useEngine((state) => state.fleet);
  const items = urgentItems(fleet, now);
  const open = useEngine(canAct);
  const working = Object.values(fleet.workstreams).filter(({ phase }) => phase === "working").length;
  return (
    <section className="urgent" aria-label="Needs you" data-region="urgent">
      {items.length === 0 && <p className="urgent-none">Nothing needs you. {working} working.</p>}
      {items.slice(0, shownUrgent).map((item) => {
        const workstream = item.workstreamId === undefined ? undefined : fleet.workstreams[item.workstreamId];
        return (
          <button
            key={item.id}
            type="button"
            className="urgent-item"
            onClick={() => {
              if (item.kind === "consent" && item.projectId !== undefined && open) return decide(app, item.projectId);
              if (workstream === undefined) return;
              actions.show({ selected: workstream.id });
              actions.go({ screen: "workstream", number: workstream.number, tab: "transcript" });
            }}
          >
            <span className="urgent-kind" data-kind={item.kind}>
              {item.kind}
            </span>
            <span className="urgent-name">{workstream === undefined ? "" : <Plain text={workstream.name} />}</span>
            <span className="urgent-ask">
              <AskLine kind={item.kind} text={item.ask} />
            </span>
            <span className="urgent-age">{age(Math.max(0, now - item.at))}</span>
          </button>
        );
      })}
      {items.length > shownUrgent && <span className="urgent-more">+{items.length - shownUrgent}</span>}
      {items.length > 1 && <span className="urgent-more-narrow">+{items.length - 1}</span>}
    </section>
  );
}
