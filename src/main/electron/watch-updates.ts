import { access } from "node:fs/promises";
import type { MessageBoxOptions, MessageBoxReturnValue } from "electron";

/** The first look is kept out of the start's way; both in milliseconds. */
const firstLook = 60_000;
const lookEvery = 24 * 60 * 60_000;

/** What is used of `autoUpdater` of electron-updater. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  logger: unknown;
  checkForUpdates(): Promise<{ readonly isUpdateAvailable: boolean; readonly updateInfo: { version: string } } | null>;
  downloadUpdate(): Promise<unknown>;
}

export interface UpdateDeps {
  /** The file of electron-updater's settings, which a build has whose publisher said where updates are. */
  readonly settings: string;
  /** Called only where there is such a file: loading it asks Electron for what only a packaged app has. */
  readonly load: () => Promise<Updater>;
  readonly app: { getVersion(): string };
  readonly dialog: { showMessageBox(options: MessageBoxOptions): Promise<Pick<MessageBoxReturnValue, "response">> };
  readonly Notification: new (options: { title: string; body: string }) => {
    on(event: "click", listener: () => void): unknown;
    show(): void;
  };
  /** Calls back after so many milliseconds, unless it is undone. */
  readonly after: (ms: number, work: () => void) => () => void;
  readonly log: (line: string) => void;
}

/**
 * Looks for a newer version once a day and tells it in a notification. What is then asked for is downloaded and put in place
 * when the human next quits: nothing is fetched, started again or interrupted by itself. Returns its end.
 */
export function watchUpdates(deps: UpdateDeps): () => void {
  /** Also keeps the notifications, whose clicks are heard only as long as somebody has them. */
  const told = new Map<string, unknown>();
  let stop = deps.after(firstLook, () => void look());

  async function look(): Promise<void> {
    const isPublished = await access(deps.settings).then(
      () => true,
      () => false,
    );
    if (!isPublished) return;
    stop = deps.after(lookEvery, () => void look());
    try {
      const updater = await deps.load();
      updater.autoDownload = false;
      updater.autoInstallOnAppQuit = true;
      updater.logger = null;
      const found = await updater.checkForUpdates();
      if (found?.isUpdateAvailable === true) tell(updater, found.updateInfo.version);
    } catch (thrown) {
      // Being offline is nothing to bother anybody with.
      deps.log(`Looking for updates failed: ${String(thrown)}`);
    }
  }

  function tell(updater: Updater, version: string): void {
    if (told.has(version)) return;
    const body = `You have ${deps.app.getVersion()}. Click to download it; nothing is interrupted.`;
    told.set(
      version,
      notify(`Coxswain ${version} is out`, body, () => void offer(updater, version)),
    );
  }

  async function offer(updater: Updater, version: string): Promise<void> {
    const { response } = await deps.dialog.showMessageBox({
      type: "info",
      title: "Coxswain",
      message: `Download Coxswain ${version}?`,
      detail: "It is put in place when you next quit. Until then everything goes on as it is.",
      buttons: ["Download", "Not now"],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    });
    if (response !== 0) return;
    try {
      await updater.downloadUpdate();
      told.set(
        version,
        notify(`Coxswain ${version} is ready`, "It is put in place when you next quit.", () => undefined),
      );
    } catch (thrown) {
      await deps.dialog.showMessageBox({
        type: "warning",
        title: "Coxswain",
        message: `Coxswain ${version} could not be downloaded.`,
        detail: `${String(thrown)}\n\nYou are asked again tomorrow, or install it from where you got this one.`,
      });
      told.delete(version);
    }
  }

  function notify(title: string, body: string, clicked: () => void): unknown {
    const notification = new deps.Notification({ title, body });
    notification.on("click", clicked);
    notification.show();
    return notification;
  }

  return () => stop();
}
