import type { ReactNode } from "react";
import { useApp, useView } from "../../store/app.ts";
import { ExportDialog, ImportDialog } from "../settings/settings-file-dialogs.tsx";
import { RebindDialog } from "../settings/rebind-dialog.tsx";
import { ResetKeysDialog } from "../settings/reset-keys-dialog.tsx";
import { AdoptDialog } from "./adopt-dialog.tsx";
import { BroadcastDialog } from "./broadcast-dialog.tsx";
import { BudgetDialog } from "./budget-dialog.tsx";
import { ConsentDialog } from "./consent-dialog.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { Doctor } from "./doctor.tsx";
import { FilesDialog } from "./files-dialog.tsx";
import { KeepDialog } from "./keep-dialog.tsx";
import { KeySheet } from "./key-sheet.tsx";
import { OfferedProject } from "./offered-project.tsx";
import { OpenProject } from "./open-project.tsx";
import { Palette } from "./palette.tsx";
import { ReclaimDialog } from "./reclaim-dialog.tsx";
import { ReviewDialog } from "./review-dialog.tsx";
import { SinceDialog } from "./since-dialog.tsx";
import { StartDialog } from "./start-dialog.tsx";
import { StopDialog } from "./stop-dialog.tsx";
import { WaiveDialog } from "./waive-dialog.tsx";

/** What floats over the screen, at most one at a time. */
export function Overlays(): ReactNode {
  const { actions } = useApp();
  const overlay = useView((view) => view.overlay);
  const offered = useView((view) => view.offered);
  const close = (): void => actions.openOverlay(undefined);
  switch (overlay) {
    case "palette":
      return <Palette onClose={close} />;
    case "keys":
      return <KeySheet onClose={close} />;
    case "start":
      return <StartDialog onClose={close} />;
    case "stop":
      return <StopDialog onClose={close} />;
    case "broadcast":
      return <BroadcastDialog onClose={close} />;
    case "budget":
      return <BudgetDialog onClose={close} />;
    case "delete":
      return <DeleteDialog onClose={close} />;
    case "project":
      return offered === undefined ? (
        <OpenProject onClose={close} />
      ) : (
        <OfferedProject path={offered} onClose={close} />
      );
    case "adopt":
      return <AdoptDialog onClose={close} />;
    case "reclaim":
      return <ReclaimDialog onClose={close} />;
    case "keep":
      return <KeepDialog onClose={close} />;
    case "waive":
      return <WaiveDialog onClose={close} />;
    case "files":
      return <FilesDialog onClose={close} />;
    case "since":
      return <SinceDialog onClose={close} />;
    case "consent":
      return <ConsentDialog onClose={close} />;
    case "review":
      return <ReviewDialog onClose={close} />;
    case "doctor":
      return <Doctor onClose={close} />;
    case "rebind":
      return <RebindDialog onClose={close} />;
    case "reset-keys":
      return <ResetKeysDialog onClose={close} />;
    case "export-settings":
      return <ExportDialog onClose={close} />;
    case "import-settings":
      return <ImportDialog onClose={close} />;
    case undefined:
      return null;
  }
}
