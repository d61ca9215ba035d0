import { useEffect, useState, type KeyboardEvent, type ReactNode } from "react";
import type { Project } from "../../../contract/states.ts";
import { startDraft } from "../../store/actions.ts";
import { useApp, useDraft, useEngine } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Plain } from "../../ui/plain.tsx";
import "./start-dialog.css";

type Ticket = NonNullable<Awaited<ReturnType<ReturnType<typeof useApp>["actions"]["listTickets"]>>>[number];

/** Starts work on a text or a ticket; opens a project first when there is none. */
export function StartDialog({ onClose }: { onClose: () => void }): ReactNode {
  const projects = useEngine((state) => state.fleet.projects);
  const all = Object.values(projects);
  const [projectId, setProjectId] = useState<string | undefined>(all[0]?.id);
  const project = all.find((one) => one.id === projectId) ?? all[0];
  if (project === undefined) return <OpenProject onClose={onClose} />;
  return <Start projects={all} project={project} onProject={setProjectId} onClose={onClose} />;
}

function OpenProject({ onClose }: { onClose: () => void }): ReactNode {
  const { actions } = useApp();
  const [path, setPath] = useState("");
  const [busy, setBusy] = useState(false);
  const open = async (): Promise<void> => {
    setBusy(true);
    await actions.openProject(path.trim());
    setBusy(false);
  };
  return (
    <Dialog title="Open a project" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== "" && !busy) void open();
        }}
      >
        <label className="field">
          <span>Folder of a git repository on the engine’s machine</span>
          <input
            value={path}
            autoFocus
            placeholder="/home/you/code/project"
            onChange={(event) => setPath(event.target.value)}
          />
        </label>
        <div className="dialog-verbs">
          <VerbButton label="Cancel" binding="Escape" onPress={onClose} />
          <button type="submit" className="verb" data-tone="primary" disabled={path.trim() === "" || busy}>
            {busy ? "Opening…" : "Open"} <kbd className="keys">↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Start(props: {
  projects: readonly Project[];
  project: Project;
  onProject: (id: string) => void;
  onClose: () => void;
}): ReactNode {
  const { projects, project, onProject, onClose } = props;
  const { actions } = useApp();
  const text = useDraft(startDraft);
  const [agent, setAgent] = useState("");
  const [model, setModel] = useState("");
  const [busy, setBusy] = useState(false);
  const tickets = useTickets(project.id);

  const start = async (what: { text: string } | { ticketKey: string }): Promise<void> => {
    if (busy) return;
    setBusy(true);
    const started = await actions.start({
      projectId: project.id,
      ...(agent.trim() === "" ? {} : { agent: agent.trim() }),
      ...(model.trim() === "" ? {} : { model: model.trim() }),
      ...what,
    });
    setBusy(false);
    const first = started?.[0];
    if (first === undefined) return;
    if ("text" in what) actions.setDraft(startDraft, "");
    actions.show({ selected: first.id });
    actions.notify({ tone: "done", text: `Started ${first.name}.` });
    onClose();
  };
  const startText = (): void => {
    if (text.trim() !== "") void start({ text: text.trim() });
  };
  const onChord = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    startText();
  };

  return (
    <Dialog title="Start a workstream" wide onClose={onClose}>
      <div onKeyDown={onChord} role="presentation">
        {projects.length > 1 && (
          <label className="field">
            <span>Project</span>
            <select value={project.id} onChange={(event) => onProject(event.target.value)}>
              {projects.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label className="field">
          <span>What should be done in {project.name}? It is filed as a ticket.</span>
          <textarea
            value={text}
            autoFocus
            placeholder="Retry payments once when the provider answers 502"
            onChange={(event) => actions.setDraft(startDraft, event.target.value)}
          />
        </label>
        <div className="start-row">
          <label className="field">
            <span>Agent</span>
            <input value={agent} placeholder="as policy says" onChange={(event) => setAgent(event.target.value)} />
          </label>
          <label className="field">
            <span>Model</span>
            <input value={model} placeholder="as policy says" onChange={(event) => setModel(event.target.value)} />
          </label>
        </div>
        <div className="dialog-verbs">
          <VerbButton label="Cancel" binding="Escape" onPress={onClose} />
          <VerbButton
            label={busy ? "Starting…" : "Start"}
            binding="$mod+Enter"
            tone="primary"
            disabled={text.trim() === "" || busy}
            onPress={startText}
          />
        </div>
        <Tickets tickets={tickets} busy={busy} onStart={(ticketKey) => void start({ ticketKey })} />
      </div>
    </Dialog>
  );
}

function useTickets(projectId: string): readonly Ticket[] | "unread" | "failed" {
  const { actions } = useApp();
  const [tickets, setTickets] = useState<readonly Ticket[] | "unread" | "failed">("unread");
  useEffect(() => {
    let wanted = true;
    actions.listTickets(projectId).then(
      (listed) => {
        if (wanted) setTickets(listed ?? "failed");
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

function Tickets(props: {
  tickets: readonly Ticket[] | "unread" | "failed";
  busy: boolean;
  onStart: (key: string) => void;
}): ReactNode {
  const { tickets, busy, onStart } = props;
  if (tickets === "unread") return <p className="start-quiet">Reading the tracker…</p>;
  if (tickets === "failed")
    return <p className="start-quiet">The tracker could not be read; you can still write what to do.</p>;
  const open = tickets.filter((ticket) => ticket.workstreams.length === 0);
  if (open.length === 0) return <p className="start-quiet">No open ticket is waiting for a workstream.</p>;
  return (
    <section className="start-tickets">
      <h3>Or take an open ticket</h3>
      <ul>
        {open.slice(0, 50).map((ticket) => (
          <li key={ticket.key}>
            <button type="button" disabled={busy} onClick={() => onStart(ticket.key)}>
              <span className="start-key">
                <Plain text={ticket.key} />
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
