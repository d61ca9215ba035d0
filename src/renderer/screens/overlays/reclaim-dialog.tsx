import { useEffect, useState, type ReactNode } from "react";
import type { Problem } from "../../../contract/errors.ts";
import { sizeOnDisk } from "../../../contract/size.ts";
import type { Reclaimable } from "../../../contract/worktrees.ts";
import { currentWorktree, useApp, workstreamIn } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";
import { Name, WithCode } from "../../ui/plain.tsx";

type Found = Reclaimable["folders"] | Problem | undefined;

/** Shows each folder before any of them goes. */
export function ReclaimDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const [workstream] = useState(() => {
    const worktree = currentWorktree(app);
    return worktree === undefined ? undefined : workstreamIn(app, worktree);
  });
  const found = useReclaimable(workstream?.id);
  if (workstream === undefined) return null;
  const folders = found !== undefined && !("code" in found) ? found : [];
  return (
    <Dialog title={`Free what set-up makes again of ${workstream.name}?`} onClose={onClose}>
      <Folders found={found} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (folders.length === 0) return;
          onClose();
          void app.actions.reclaim(
            workstream,
            folders.map(({ path }) => path),
          );
        }}
      >
        <div className="dialog-verbs">
          <VerbButton label="Keep them" binding="Escape" onPress={onClose} />
          <button
            // Made anew when there is something to free: only then can it take the focus.
            key={String(folders.length > 0)}
            type="submit"
            className="verb"
            data-tone="danger"
            autoFocus
            disabled={folders.length === 0}
          >
            Free {sizeOnDisk(folders.reduce((sum, { bytes }) => sum + bytes, 0))} <kbd className="keys">↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Folders({ found }: { found: Found }): ReactNode {
  if (found === undefined) return <p className="dialog-note">Looking for folders that set-up makes again…</p>;
  if ("code" in found) {
    return (
      <p className="dialog-note" role="alert">
        <WithCode text={`${found.message} ${found.next}`} />
      </p>
    );
  }
  if (found.length === 0) return <p className="dialog-note">There are none in it.</p>;
  return (
    <>
      <p className="dialog-note">Git ignores these, and a file beside each says how it is made again:</p>
      <ul className="reclaim-folders">
        {found.map(({ path, bytes }) => (
          <li key={path}>
            <span className="worktree-size">{sizeOnDisk(bytes)}</span> <Name text={path} />
          </li>
        ))}
      </ul>
    </>
  );
}

function useReclaimable(id: string | undefined): Found {
  const { actions } = useApp();
  const [found, setFound] = useState<Found>(undefined);
  useEffect(() => {
    if (id === undefined) return;
    let wanted = true;
    void actions.reclaimable(id).then((told) => {
      if (wanted) setFound("code" in told ? told : told.folders);
    });
    return () => {
      wanted = false;
    };
  }, [actions, id]);
  return found;
}
