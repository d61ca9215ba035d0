import type {
  App,
  BrowserWindowConstructorOptions,
  Dialog,
  Event,
  ForkOptions,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  MessagePortMain,
  Protocol,
  RenderProcessGoneDetails,
  Session,
  UtilityProcess,
  WebContentsWillFrameNavigateEventParams,
  WebFrameMain,
} from "electron";
import type { HostWord } from "../../contract/host.ts";

/**
 * The parts of Electron that this host uses. `main.ts` hands over the real ones, which makes the compiler hold these to
 * Electron's own types; the tests hand over the double, which is held to these.
 */
export interface ElectronParts {
  readonly app: DesktopApp;
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => DesktopWindow;
  readonly dialog: DesktopDialog;
  readonly ipcMain: { on(channel: string, listener: (event: PortAsk) => void): unknown };
  readonly Menu: DesktopMenu;
  readonly MessageChannelMain: new () => { readonly port1: TransferPort; readonly port2: TransferPort };
  readonly protocol: Pick<Protocol, "handle" | "registerSchemesAsPrivileged">;
  readonly session: { readonly defaultSession: DesktopSession };
  readonly utilityProcess: { fork(file: string, args: string[], options: ForkOptions): EngineChild };
}

export interface DesktopApp extends Pick<
  App,
  "enableSandbox" | "quit" | "requestSingleInstanceLock" | "setPath" | "whenReady"
> {
  on(event: "second-instance" | "window-all-closed", listener: () => void): unknown;
  on(event: "will-quit", listener: (event: Event) => void): unknown;
  on(event: "web-contents-created", listener: (event: Event, contents: DesktopContents) => void): unknown;
}

export interface DesktopWindow {
  readonly webContents: DesktopContents;
  focus(): void;
  isDestroyed(): boolean;
  isMinimized(): boolean;
  loadURL(url: string): Promise<void>;
  once(event: "ready-to-show", listener: () => void): unknown;
  restore(): void;
  show(): void;
}

export interface DesktopContents {
  readonly id: number;
  getURL(): string;
  on(
    event: "will-frame-navigate",
    listener: (details: Event<WebContentsWillFrameNavigateEventParams>) => void,
  ): unknown;
  on(event: "will-attach-webview" | "will-redirect", listener: (event: Event) => void): unknown;
  on(event: "render-process-gone", listener: (event: Event, details: RenderProcessGoneDetails) => void): unknown;
  reload(): void;
  setWindowOpenHandler(handler: () => { action: "deny" }): void;
}

export interface DesktopDialog {
  showMessageBox(options: MessageBoxOptions): ReturnType<Dialog["showMessageBox"]>;
}

export interface DesktopMenu {
  buildFromTemplate(template: MenuItemConstructorOptions[]): BuiltMenu;
  setApplicationMenu(menu: BuiltMenu | null): void;
}

export interface BuiltMenu {
  readonly items: readonly unknown[];
}

export type DesktopSession = Pick<
  Session,
  "setDevicePermissionHandler" | "setPermissionCheckHandler" | "setPermissionRequestHandler"
> & {
  on(event: "will-download", listener: (event: Event) => void): unknown;
};

/** A message from a page's preload, as far as it says who sent it. */
export interface PortAsk {
  readonly sender: { readonly id: number };
  readonly senderFrame: AskingFrame | null;
}

export interface AskingFrame extends Pick<WebFrameMain, "origin"> {
  readonly parent: unknown;
  postMessage(channel: string, message: unknown, transfer?: TransferPort[]): void;
}

/** One end of a channel, on its way to another process. */
export type TransferPort = Pick<MessagePortMain, "close">;

export interface EngineChild extends Pick<UtilityProcess, "pid" | "stderr"> {
  on(event: "message", listener: (word: unknown) => void): unknown;
  on(event: "error", listener: (type: "FatalError", location: string) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
  postMessage(word: HostWord, transfer?: TransferPort[]): void;
}
