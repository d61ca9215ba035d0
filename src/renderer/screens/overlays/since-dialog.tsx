import type { ReactNode } from "react";
import type { DiffSince } from "../../../contract/diffs.ts";
import { currentStanding, useApp } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { PickList } from "./pick-list.tsx";

/** What the diff of the open workstream is taken against. */
export function SinceDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const id = currentStanding(app)?.workstream.id;
  const choices: readonly { readonly since: DiffSince; readonly title: string }[] = [
    { since: "base", title: "All changes since the branch began" },
    { since: "head", title: "Only what is not committed" },
  ];
  return (
    <Dialog title="Changes since" onClose={onClose}>
      <PickList
        label="Choose what the diff is taken against"
        none="There is no such commit."
        find={(text) =>
          choices
            .filter(({ title }) => title.toLowerCase().includes(text.toLowerCase()))
            .map(({ since, title }) => ({ id: since, since, content: title }))
        }
        onPick={({ since }) => {
          onClose();
          if (id === undefined) return;
          const { diffSince } = app.stores.view.getState();
          app.actions.show({ diffSince: { ...diffSince, [id]: since } });
        }}
      />
    </Dialog>
  );
}
