import type { ReactNode } from "react";
import { currentStanding, useApp, useDetail } from "../../store/app.ts";
import { fuzzy } from "../../store/fuzzy.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Name } from "../../ui/plain.tsx";
import { PickList } from "./pick-list.tsx";

const shown = 14;

/** The files of the open diff, found by a few letters of their paths. */
export function FilesDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const id = currentStanding(app)?.workstream.id;
  const files = useDetail(({ diffs }) => (id === undefined ? undefined : diffs[id]?.read?.files)) ?? [];
  return (
    <Dialog title="Files of the diff" onClose={onClose}>
      <PickList
        label="Find a file of the diff"
        none="No changed file is called that."
        find={(text) =>
          fuzzy(files, text, ({ path }) => path, shown).map((file) => ({
            id: file.path,
            content: (
              <>
                <Name text={file.path} />
                <span className="file-counts">
                  <span className="added">+{file.added}</span> <span className="removed">−{file.removed}</span>
                </span>
              </>
            ),
          }))
        }
        onPick={({ id: path }) => {
          onClose();
          app.surfaces.get("diff")?.show(path);
        }}
      />
    </Dialog>
  );
}
