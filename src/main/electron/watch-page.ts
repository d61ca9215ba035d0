import type { DesktopWindow, ElectronParts } from "./parts.ts";

/** Says when the window's page ended or hangs, and loads it again when the human wants that. The engine goes on meanwhile. */
export function watchPage(
  { dialog }: Pick<ElectronParts, "dialog">,
  window: DesktopWindow,
  { onQuit }: { readonly onQuit: () => void },
): void {
  const { webContents } = window;
  let hanging: AbortController | undefined;
  /** The page was ended by us, to be loaded again. */
  let isReplaced = false;

  window.on("unresponsive", () => {
    if (hanging !== undefined) return;
    hanging = new AbortController();
    void askAboutHanging(hanging.signal).finally(() => (hanging = undefined));
  });
  window.on("responsive", () => hanging?.abort());
  webContents.on("render-process-gone", (_event, { reason }) => {
    hanging?.abort();
    if (isReplaced) reload();
    else if (reason !== "clean-exit") void askAboutEnd(reason);
    isReplaced = false;
  });

  async function askAboutHanging(signal: AbortSignal): Promise<void> {
    const { response } = await dialog.showMessageBox({
      ...look,
      signal,
      type: "warning",
      message: "The window's page does not answer.",
      detail: "Wait a little, or load it again; the engine and every workstream go on. What you wrote is kept.",
      buttons: ["Wait", "Load Again"],
      defaultId: 0,
      cancelId: 0,
    });
    if (response !== 1 || signal.aborted || window.isDestroyed()) return;
    isReplaced = true;
    webContents.forcefullyCrashRenderer();
  }

  async function askAboutEnd(reason: string): Promise<void> {
    const { response } = await dialog.showMessageBox({
      ...look,
      type: "error",
      message: "The window's page ended by itself.",
      detail: `Its process is gone: ${reason}.\n\nLoad it again; the engine and every workstream go on.`,
      buttons: ["Load Again", "Quit"],
      defaultId: 0,
      cancelId: 1,
    });
    if (response === 0) reload();
    else onQuit();
  }

  function reload(): void {
    if (!window.isDestroyed()) webContents.reload();
  }
}

const look = { title: "Coxswain", noLink: true } as const;
