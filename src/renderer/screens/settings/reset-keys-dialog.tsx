import type { ReactNode } from "react";
import { useApp, useSettings } from "../../store/app.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { VerbButton } from "../../ui/kbd.tsx";

/** Asks before every key of the human's own is given up. */
export function ResetKeysDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { actions } = useApp();
  const count = useSettings((settings) => Object.keys(settings.keys).length);
  return (
    <Dialog title="Put every key back?" onClose={onClose}>
      <p className="dialog-note">
        {count === 1 ? "One command has" : `${String(count)} commands have`} keys of your own. Export the settings first
        if you may want them again.
      </p>
      <div className="dialog-verbs">
        <VerbButton label="Keep them" binding="Escape" onPress={onClose} />
        <VerbButton
          label="Put every key back"
          tone="danger"
          onPress={() => {
            onClose();
            void actions.changeSettings({}, ["keys"]);
          }}
        />
      </div>
    </Dialog>
  );
}
