import { useState, type KeyboardEvent, type ReactNode } from "react";
import { mostCompared } from "../../../contract/attempts.ts";
import type { Project } from "../../../contract/states.ts";
import { startDraft } from "../../store/actions.ts";
import { useApp, useDraft, useEngine } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { OpenProject } from "./open-project.tsx";
import { Tickets } from "./tickets.tsx";
import "./start-dialog.css";

/** Starts work on a text or a ticket; opens a project first when there is none. */
export function StartDialog({ onClose }: { onClose: () => void }): ReactNode {
  const projects = useEngine((state) => state.fleet.projects);
  const all = Object.values(projects);
  const [projectId, setProjectId] = useState<string | undefined>(all[0]?.id);
  const project = all.find((one) => one.id === projectId) ?? all[0];
  if (project === undefined) return <OpenProject onClose={onClose} />;
  return <Start projects={all} project={project} onProject={setProjectId} onClose={onClose} />;
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
  const agents = useEngine((state) => state.agents);
  const [agent, setAgent] = useState("");
  const [model, setModel] = useState("");
  const [attempts, setAttempts] = useState(1);
  const [busy, setBusy] = useState(false);

  const start = async (what: { text: string } | { ticketKey: string }): Promise<void> => {
    if (busy) return;
    setBusy(true);
    const started = await actions.start({
      projectId: project.id,
      ...(agent === "" ? {} : { agent }),
      ...(model.trim() === "" ? {} : { model: model.trim() }),
      ...(attempts === 1 ? {} : { attempts }),
      ...what,
    });
    setBusy(false);
    const first = started?.[0];
    if (first === undefined) return;
    if ("text" in what) actions.setDraft(startDraft, "");
    actions.show({ selected: first.id });
    const more = attempts === 1 ? "" : ` and ${String(attempts - 1)} more attempts`;
    actions.notify({ tone: "done", text: `Started ${first.name}${more}.` });
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
            <select value={agent} onChange={(event) => setAgent(event.target.value)}>
              <option value="">as policy says</option>
              {agents.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            <span>Model</span>
            <input value={model} placeholder="as policy says" onChange={(event) => setModel(event.target.value)} />
          </label>
          <label className="field">
            <span>Attempts, to be compared</span>
            <select value={attempts} onChange={(event) => setAttempts(Number(event.target.value))}>
              {Array.from({ length: mostCompared }, (_, at) => (
                <option key={at} value={at + 1}>
                  {at + 1}
                </option>
              ))}
            </select>
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
        <Tickets projectId={project.id} busy={busy} onStart={(ticketKey) => void start({ ticketKey })} />
      </div>
    </Dialog>
  );
}
