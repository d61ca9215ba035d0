import type {
  App,
  AuthenticationResponseDetails,
  AuthInfo,
  BluetoothDevice,
  BrowserWindowConstructorOptions,
  Certificate,
  Dialog,
  Display,
  Event,
  ForkOptions,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  MessagePortMain,
  NativeImage,
  NotificationConstructorOptions,
  Protocol,
  Rectangle,
  RenderProcessGoneDetails,
  SafeStorage,
  SelectHidDeviceDetails,
  SelectUsbDeviceDetails,
  SerialPort,
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
  readonly ipcMain: { on(channel: string, listener: (event: PageAsk) => void): unknown };
  readonly Menu: DesktopMenu;
  readonly MessageChannelMain: new () => { readonly port1: TransferPort; readonly port2: TransferPort };
  readonly nativeImage: {
    createFromBitmap(pixels: Buffer, options: { width: number; height: number; scaleFactor: number }): NativeImage;
  };
  readonly Notification: {
    new (options: NotificationConstructorOptions): DesktopNotification;
    isSupported(): boolean;
  };
  readonly powerMonitor: { on(event: "shutdown", listener: () => void): unknown };
  readonly protocol: Pick<Protocol, "handle" | "registerSchemesAsPrivileged">;
  readonly safeStorage: Pick<
    SafeStorage,
    "decryptStringAsync" | "encryptStringAsync" | "getSelectedStorageBackend" | "isAsyncEncryptionAvailable"
  >;
  readonly screen: {
    getAllDisplays(): Pick<Display, "workArea">[];
    getPrimaryDisplay(): Pick<Display, "workArea">;
  };
  readonly session: { readonly defaultSession: DesktopSession };
  readonly Tray: new (image: NativeImage) => DesktopTray;
  readonly utilityProcess: { fork(file: string, args: string[], options: ForkOptions): EngineChild };
}

export interface DesktopApp extends Pick<
  App,
  | "enableSandbox"
  | "isPackaged"
  | "quit"
  | "requestSingleInstanceLock"
  | "setAsDefaultProtocolClient"
  | "setBadgeCount"
  | "setPath"
  | "whenReady"
> {
  on(event: "window-all-closed", listener: () => void): unknown;
  on(event: "before-quit" | "will-quit", listener: (event: Event) => void): unknown;
  on(event: "open-url", listener: (event: Event, url: string) => void): unknown;
  on(
    event: "second-instance",
    listener: (event: Event, args: string[], folder: string, additionalData: unknown) => void,
  ): unknown;
  on(event: "web-contents-created", listener: (event: Event, contents: DesktopContents) => void): unknown;
  on(
    event: "certificate-error",
    listener: (
      event: Event,
      contents: unknown,
      url: string,
      error: string,
      certificate: Certificate,
      trust: (isTrusted: boolean) => void,
    ) => void,
  ): unknown;
  on(
    event: "select-client-certificate",
    listener: (
      event: Event,
      contents: unknown,
      url: string,
      certificates: Certificate[],
      choose: (certificate?: Certificate) => void,
    ) => void,
  ): unknown;
  on(
    event: "login",
    listener: (
      event: Event,
      contents: unknown,
      details: AuthenticationResponseDetails,
      info: AuthInfo,
      answer: (username?: string, password?: string) => void,
    ) => void,
  ): unknown;
}

export interface DesktopWindow {
  readonly webContents: DesktopContents;
  focus(): void;
  getNormalBounds(): Rectangle;
  isDestroyed(): boolean;
  isFocused(): boolean;
  isMaximized(): boolean;
  isMinimized(): boolean;
  loadURL(url: string): Promise<void>;
  maximize(): void;
  on(event: "close", listener: (event: Event) => void): unknown;
  on(event: "query-session-end" | "session-end", listener: () => void): unknown;
  on(event: "responsive" | "unresponsive", listener: () => void): unknown;
  once(event: "ready-to-show", listener: () => void): unknown;
  restore(): void;
  show(): void;
}

export interface DesktopContents {
  readonly id: number;
  forcefullyCrashRenderer(): void;
  getURL(): string;
  on(
    event: "will-frame-navigate",
    listener: (details: Event<WebContentsWillFrameNavigateEventParams>) => void,
  ): unknown;
  on(event: "will-attach-webview" | "will-redirect", listener: (event: Event) => void): unknown;
  on(event: "did-finish-load" | "did-start-loading", listener: () => void): unknown;
  on(event: "render-process-gone", listener: (event: Event, details: RenderProcessGoneDetails) => void): unknown;
  on(
    event: "select-bluetooth-device",
    listener: (event: Event, devices: BluetoothDevice[], choose: (deviceId: string) => void) => void,
  ): unknown;
  reload(): void;
  send(channel: string, news: unknown): void;
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

export interface DesktopTray {
  destroy(): void;
  on(event: "click", listener: () => void): unknown;
  setContextMenu(menu: BuiltMenu | null): void;
  setTitle(title: string): void;
  setToolTip(text: string): void;
}

export interface DesktopNotification {
  close(): void;
  on(event: "click" | "close", listener: () => void): unknown;
  show(): void;
}

export type DesktopSession = Pick<
  Session,
  | "setBluetoothPairingHandler"
  | "setDevicePermissionHandler"
  | "setDisplayMediaRequestHandler"
  | "setPermissionCheckHandler"
  | "setPermissionRequestHandler"
> & {
  on(event: "will-download", listener: (event: Event) => void): unknown;
  on(
    event: "select-hid-device",
    listener: (event: Event, details: SelectHidDeviceDetails, choose: (deviceId?: string | null) => void) => void,
  ): unknown;
  on(
    event: "select-usb-device",
    listener: (event: Event, details: SelectUsbDeviceDetails, choose: (deviceId?: string) => void) => void,
  ): unknown;
  on(
    event: "select-serial-port",
    listener: (event: Event, ports: SerialPort[], contents: unknown, choose: (portId: string) => void) => void,
  ): unknown;
};

/** A message from a page's preload, as far as it says who sent it. */
export interface PageAsk {
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
