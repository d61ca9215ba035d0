import { useEffect, useState, type ReactNode } from "react";
import type { BranchCommit, DiffSince } from "../../../contract/diffs.ts";
import { currentStanding, useApp, useDetail } from "../../store/app.ts";
import { clock } from "../../store/format.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Plain } from "../../ui/plain.tsx";
import { PickList } from "./pick-list.tsx";

interface Choice {
  readonly since: DiffSince;
  readonly title: string;
  readonly aside: string;
}

const always: readonly Choice[] = [
  { since: "base", title: "All changes since the branch began", aside: "" },
  { since: "head", title: "Only what is not committed", aside: "" },
];

function sinceLooked(head: string, at: number): Choice {
  return { since: head, title: "What came after you last marked something as viewed", aside: clock(at) };
}

/** What the diff of the open workstream is taken against. */
export function SinceDialog({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const { actions } = app;
  const id = currentStanding(app)?.workstream.id;
  const [commits, setCommits] = useState<readonly BranchCommit[]>([]);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (id !== undefined) actions.listCommits(id).then(setCommits, () => setFailed(true));
  }, [actions, id]);
  const looked = useDetail(({ details }) => (id === undefined ? undefined : details[id]?.review.looked));
  const choices: readonly Choice[] = [
    ...always,
    ...(looked?.head === undefined ? [] : [sinceLooked(looked.head, looked.at)]),
    // What came after the newest commit is what is not committed.
    ...commits.slice(1).map((commit): Choice => ({
      since: commit.id,
      title: `After “${commit.subject}”`,
      aside: `${commit.id.slice(0, 8)}, ${clock(commit.at)}`,
    })),
  ];
  return (
    <Dialog title="Changes since" onClose={onClose}>
      <PickList
        label="Choose what the diff is taken against"
        none="There is no such commit."
        find={(text) =>
          choices
            .filter(({ title, aside }) => `${title} ${aside}`.toLowerCase().includes(text.toLowerCase()))
            .slice(0, 14)
            .map((choice) => ({
              id: choice.title,
              since: choice.since,
              content: (
                <>
                  <span>
                    <Plain text={choice.title} />
                  </span>
                  <span className="file-change">{choice.aside}</span>
                </>
              ),
            }))
        }
        onPick={({ since }) => {
          onClose();
          if (id === undefined) return;
          const { diffSince } = app.stores.view.getState();
          actions.show({ diffSince: { ...diffSince, [id]: since } });
        }}
      />
      {failed && <p className="palette-none">The commits of the branch could not be read.</p>}
    </Dialog>
  );
}
