import type { DesktopWindow, ElectronParts } from "./parts.ts";
import { visibleBounds, type WindowStateFile } from "./window-state.ts";

export interface OpenWindowDeps {
  readonly preload: string;
  readonly state: WindowStateFile;
}

const usualSize = { width: 1440, height: 900 };

/**
 * Opens the window where it stood, shown when it has something to show, and keeps where it stands when it closes. Its page
 * can do what a page in a browser can, and no more.
 */
export function openWindow(
  { BrowserWindow, screen }: Pick<ElectronParts, "BrowserWindow" | "screen">,
  { preload, state }: OpenWindowDeps,
): DesktopWindow {
  const kept = state.read();
  const main = screen.getPrimaryDisplay();
  const screens = [main, ...screen.getAllDisplays()].map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    title: "Coxswain",
    ...(kept === undefined ? usualSize : visibleBounds(kept.bounds, screens)),
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
  if (kept?.maximized === true) window.maximize();
  window.once("ready-to-show", () => window.show());
  window.on("close", () => state.write({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }));
  return window;
}

export function bringForward(window: DesktopWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
