import { useEffect, useState, type ReactNode } from "react";
import { useApp, useView } from "../../store/app.ts";
import { Name, Plain } from "../../ui/plain.tsx";

type Ticket = NonNullable<Awaited<ReturnType<ReturnType<typeof useApp>["actions"]["listTickets"]>>>["tickets"][number];

/** Open tickets of a project that nobody works on, each one press from being started. */
export function Tickets(props: { projectId: string; busy: boolean; onStart: (key: string) => void }): ReactNode {
  const { projectId, busy, onStart } = props;
  const tickets = useTickets(projectId);
  const wanted = useView((view) => view.ticket);
  if (tickets === "unread") return <p className="start-quiet">Reading the tracker…</p>;
  if (tickets === "failed")
    return <p className="start-quiet">The tracker could not be read; you can still write what to do.</p>;
  const open = tickets
    .filter((ticket) => ticket.workstreams.length === 0)
    .toSorted((a, b) => Number(b.key === wanted) - Number(a.key === wanted));
  if (open.length === 0) return <p className="start-quiet">No open ticket is waiting for a workstream.</p>;
  return (
    <section className="start-tickets">
      <h3>Or take an open ticket</h3>
      <ul>
        {open.slice(0, 50).map((ticket) => (
          <li key={ticket.key}>
            <button type="button" disabled={busy} autoFocus={ticket.key === wanted} onClick={() => onStart(ticket.key)}>
              <span className="start-key">
                <Name text={ticket.key} />
              </span>
              <span>
                <Plain text={ticket.title} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useTickets(projectId: string): readonly Ticket[] | "unread" | "failed" {
  const { actions } = useApp();
  const [tickets, setTickets] = useState<readonly Ticket[] | "unread" | "failed">("unread");
  useEffect(() => {
    let wanted = true;
    actions.listTickets(projectId).then(
      (listed) => {
        if (wanted) setTickets(listed?.tickets ?? "failed");
      },
      () => {
        if (wanted) setTickets("failed");
      },
    );
    return () => {
      wanted = false;
    };
  }, [actions, projectId]);
  return tickets;
}
