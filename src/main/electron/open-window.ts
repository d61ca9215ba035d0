import type { DesktopWindow, ElectronParts } from "./parts.ts";

/** Opens the window, shown when it has something to show. Its page can do what a page in a browser can, and no more. */
export function openWindow({ BrowserWindow }: Pick<ElectronParts, "BrowserWindow">, preload: string): DesktopWindow {
  const window = new BrowserWindow({
    title: "Coxswain",
    width: 1440,
    height: 900,
    minWidth: 640,
    minHeight: 480,
    show: false,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      // It would fetch dictionaries from the network.
      spellcheck: false,
    },
  });
  window.once("ready-to-show", () => window.show());
  return window;
}

export function bringForward(window: DesktopWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
