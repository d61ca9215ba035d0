import { useEffect, type ReactNode } from "react";
import type { Loosening } from "../../../contract/states.ts";
import { wantedLoosenings } from "../../store/abilities.ts";
import { useApp, useEngine, useView } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Name, Plain, WithCode } from "../../ui/plain.tsx";
import { ReasonForm } from "./reason-form.tsx";
import "./passing.css";

interface Said {
  readonly asks: string;
  readonly gives: string;
  readonly until: string;
}

const said: Readonly<Record<Loosening, Said>> = {
  "no-confinement": {
    asks: "`codex.thread_sandbox: danger-full-access`",
    gives:
      "Its authors' commands run with all your rights, on this machine: they can read and change whatever you can, keys and other projects included, and reach any network.",
    until: "Until then its authors work in a sandbox.",
  },
  "unconfined-commands": {
    asks: "`coxswain.confinement: none`",
    gives:
      "Its hooks run with all your rights, on this machine: they can read and change whatever you can, keys and other projects included, and reach any network.",
    until: "Until then its hooks are held as usual.",
  },
};

/** Gives a project what its policy asks for and cannot give itself: one thing at a time. */
export function ConsentDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { actions } = useApp();
  const projectId = useView((view) => view.consent);
  const project = useEngine(({ fleet }) => (projectId === undefined ? undefined : fleet.projects[projectId]));
  const wanted = project === undefined ? [] : wantedLoosenings(project);
  const [loosening] = wanted;
  // It may have been decided elsewhere meanwhile.
  const over = loosening === undefined;
  useEffect(() => {
    if (over) onClose();
  }, [over, onClose]);
  if (project === undefined || loosening === undefined) return null;
  const { asks, gives, until } = said[loosening];
  return (
    <Dialog key={loosening} title={`Allow ${loosening} for ${project.name}?`} onClose={onClose}>
      <p className="dialog-note">
        The WORKFLOW.md of <Plain text={project.name} /> asks for <WithCode text={asks} />, in{" "}
        <Name text={project.root} />.
      </p>
      <p className="passing-gives">{gives}</p>
      <p className="dialog-note">
        {until} It holds for this project on this machine, through later changes of its WORKFLOW.md, for threads opened
        from then on; <WithCode text={`\`cox allow ${loosening} --end\``} /> takes it back.
        {wanted.length > 1 && ` It asks for ${wanted.slice(1).join(" and ")} as well: that is asked next.`}
      </p>
      <ReasonForm
        label="Why? Kept on record."
        ready
        leave="Keep it held"
        verb="Allow it"
        onSend={(why) => actions.allow(project, loosening, why)}
        onClose={onClose}
        onDone={() => {
          if (wanted.length === 1) onClose();
        }}
      />
    </Dialog>
  );
}
