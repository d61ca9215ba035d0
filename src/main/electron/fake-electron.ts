import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { MessageChannel } from "node:worker_threads";
import type {
  BrowserWindowConstructorOptions,
  CustomScheme,
  ForkOptions,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  NativeImage,
  NotificationConstructorOptions,
  Rectangle,
} from "electron";
import type { HostWord } from "../../contract/host.ts";
import type {
  BuiltMenu,
  DesktopContents,
  DesktopNotification,
  DesktopSession,
  DesktopTray,
  DesktopWindow,
  ElectronParts,
  EngineChild,
  TransferPort,
} from "./parts.ts";

type Emits = Pick<EventEmitter, "emit">;

export interface FakeContents extends DesktopContents, Emits {
  openHandler: (() => { action: "deny" }) | undefined;
  /** What the page was told, in order, with the channels. */
  readonly sent: { readonly channel: string; readonly news: unknown }[];
}

export interface FakeWindow extends DesktopWindow, Emits {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: FakeContents;
  url: string;
  isGone: boolean;
  isShown: boolean;
  hasFocus: boolean;
  bounds: Rectangle;
  maximized: boolean;
}

export interface FakeChild extends EngineChild, Emits {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: ForkOptions;
  readonly words: HostWord[];
  readonly ports: TransferPort[];
  readonly stderr: PassThrough;
  pid: number | undefined;
  /** Ends the process, told as Electron tells it. */
  die(code: number): void;
}

export interface FakeDialog {
  readonly options: MessageBoxOptions;
  answer(button: number): void;
}

export interface FakeNotification extends DesktopNotification, Emits {
  readonly words: NotificationConstructorOptions;
  isShown: boolean;
}

export interface FakeTray extends DesktopTray, Emits {
  tip: string;
  title: string;
  menu: BuiltMenu | null;
  isGone: boolean;
}

/** A menu as it was built from its template. */
export interface FakeMenu extends BuiltMenu {
  readonly items: readonly MenuItemConstructorOptions[];
}

/** An event object of Electron with what it carries. */
export function fakeEvent<Carried extends object>(carried: Carried) {
  let defaultPrevented = false;
  return {
    ...carried,
    preventDefault: () => void (defaultPrevented = true),
    get defaultPrevented() {
      return defaultPrevented;
    },
  };
}

/** Throws on what the double lacks, so that a test never passes on an `undefined` that Electron would not have. */
function strict<Double extends object>(name: string, double: Double): Double {
  return new Proxy(double, {
    get(target, property) {
      if (typeof property === "symbol" || property in target || askedByTools.has(property)) {
        // The double's own `this`, which is where emitters keep their listeners.
        const value: unknown = Reflect.get(target, property, target);
        return value;
      }
      throw new Error(`The double of electron lacks ${name}.${property}.`);
    },
  });
}

/** What `await` and the test runner's printer look for on any object. */
const askedByTools = new Set(["then", "toJSON", "asymmetricMatch", "$$typeof", "nodeType", "tagName"]);

/** The machine that the double pretends to run on. */
export interface FakeMachine {
  readonly isFirst?: boolean;
  /** Where secrets would be encrypted; `none` can encrypt nothing. */
  readonly keychain?: "basic_text" | "gnome_libsecret" | "none";
}

/**
 * A double of `electron` for tests. It does what the host relies on in Electron's order, refuses what Electron would
 * refuse at that moment, and records the rest in `seen`. It is held to `parts.ts`, and that to Electron's own types.
 */
export function createFakeElectron({ isFirst = true, keychain = "gnome_libsecret" }: FakeMachine = {}) {
  const seen = {
    /** What the application did, in order. */
    log: [] as string[],
    paths: new Map<string, string>(),
    schemes: [] as CustomScheme[],
    handlers: new Map<string, (request: Request) => Response | Promise<Response>>(),
    windows: [] as FakeWindow[],
    children: [] as FakeChild[],
    dialogs: [] as FakeDialog[],
    menus: [] as (BuiltMenu | null)[],
    notifications: [] as FakeNotification[],
    trays: [] as FakeTray[],
    /** The count on the program's icon. */
    badge: 0,
    /** What a second start would be told, and the schemes this program handles. */
    handedOver: undefined as unknown,
    linkSchemes: [] as string[],
    screens: [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
    permissions: {} as {
      request?: Parameters<DesktopSession["setPermissionRequestHandler"]>[0];
      check?: Parameters<DesktopSession["setPermissionCheckHandler"]>[0];
      device?: Parameters<DesktopSession["setDevicePermissionHandler"]>[0];
      display?: Parameters<DesktopSession["setDisplayMediaRequestHandler"]>[0];
      pairing?: Parameters<DesktopSession["setBluetoothPairingHandler"]>[0];
    },
  };
  let isReady = false;
  const before = (what: string): void => {
    if (isReady) throw new Error(`${what} comes too late: Electron is ready.`);
  };
  const after = (what: string): void => {
    if (!isReady) throw new Error(`${what} comes too early: Electron is not ready.`);
  };

  const app = strict(
    "app",
    Object.assign(new EventEmitter(), {
      enableSandbox() {
        before("app.enableSandbox");
        seen.log.push("sandbox");
      },
      isPackaged: false,
      /** `before-quit` first, then the windows, then `will-quit`, then the end, unless someone prevents it. */
      quit() {
        const asked = fakeEvent({});
        app.emit("before-quit", asked);
        if (asked.defaultPrevented) return;
        for (const window of seen.windows) if (!closeWindow(window)) return;
        const event = fakeEvent({});
        seen.log.push("will quit");
        app.emit("will-quit", event);
        if (!event.defaultPrevented) seen.log.push("over");
      },
      requestSingleInstanceLock(data?: Record<string, unknown>) {
        seen.handedOver = data;
        return isFirst;
      },
      setAsDefaultProtocolClient: (scheme: string) => seen.linkSchemes.push(scheme) > 0,
      setBadgeCount(count?: number) {
        after("app.setBadgeCount");
        seen.badge = count ?? 0;
        return true;
      },
      setPath(name: string, value: string) {
        before(`app.setPath(${name})`);
        seen.paths.set(name, value);
      },
      async whenReady() {
        await Promise.resolve();
        isReady = true;
      },
    }),
  );

  /** Whether nobody prevents it. */
  function closeWindow(window: FakeWindow): boolean {
    if (window.isGone) return true;
    const event = fakeEvent({});
    window.emit("close", event);
    if (!event.defaultPrevented) window.isGone = true;
    return !event.defaultPrevented;
  }

  function makeWindow(options: BrowserWindowConstructorOptions): FakeWindow {
    after("new BrowserWindow");
    const webContents: FakeContents = strict(
      "webContents",
      Object.assign(new EventEmitter(), {
        id: seen.windows.length + 1,
        openHandler: undefined,
        sent: [] as { channel: string; news: unknown }[],
        forcefullyCrashRenderer() {
          seen.log.push("renderer killed");
          webContents.emit("render-process-gone", fakeEvent({}), { reason: "killed", exitCode: 9 });
        },
        getURL: () => window.url,
        reload: () => void seen.log.push("reload"),
        send(channel: string, news: unknown) {
          if (window.isGone) throw new TypeError("Object has been destroyed");
          webContents.sent.push({ channel, news });
        },
        setWindowOpenHandler: (handler: () => { action: "deny" }) => void (webContents.openHandler = handler),
      }),
    );
    const window: FakeWindow = strict(
      "BrowserWindow",
      Object.assign(new EventEmitter(), {
        options,
        webContents,
        url: "",
        isGone: false,
        isShown: false,
        hasFocus: false,
        bounds: { x: 0, y: 0, width: options.width ?? 800, height: options.height ?? 600 },
        maximized: false,
        focus: () => void seen.log.push("focus"),
        getNormalBounds: () => window.bounds,
        isDestroyed: () => window.isGone,
        isFocused: () => window.hasFocus,
        isMaximized: () => window.maximized,
        isMinimized: () => true,
        async loadURL(url: string) {
          if (window.isGone) throw new TypeError("Object has been destroyed");
          webContents.emit("did-start-loading");
          window.url = url;
          await Promise.resolve();
          window.emit("ready-to-show");
          webContents.emit("did-finish-load");
        },
        maximize: () => void (window.maximized = true),
        restore: () => void seen.log.push("restore"),
        show: () => void (window.isShown = true),
      }),
    );
    seen.windows.push(window);
    app.emit("web-contents-created", fakeEvent({}), webContents);
    return window;
  }

  function makeNotification(words: NotificationConstructorOptions): FakeNotification {
    const notification: FakeNotification = strict(
      "Notification",
      Object.assign(new EventEmitter(), {
        words,
        isShown: false,
        show: () => void (notification.isShown = true),
        close() {
          notification.isShown = false;
          notification.emit("close");
        },
      }),
    );
    seen.notifications.push(notification);
    return notification;
  }

  function makeTray(): FakeTray {
    after("new Tray");
    const tray: FakeTray = strict(
      "Tray",
      Object.assign(new EventEmitter(), {
        tip: "",
        title: "",
        menu: null,
        isGone: false,
        destroy: () => void (tray.isGone = true),
        setContextMenu: (menu: BuiltMenu | null) => void (tray.menu = menu),
        setTitle: (title: string) => void (tray.title = title),
        setToolTip: (tip: string) => void (tray.tip = tip),
      }),
    );
    seen.trays.push(tray);
    return tray;
  }

  function fork(file: string, args: string[], options: ForkOptions): FakeChild {
    after("utilityProcess.fork");
    const child: FakeChild = strict(
      "utilityProcess",
      Object.assign(new EventEmitter(), {
        file,
        args,
        options,
        words: [] as HostWord[],
        ports: [] as TransferPort[],
        stderr: new PassThrough(),
        pid: 1_000 + seen.children.length,
        postMessage(word: HostWord, transfer: TransferPort[] = []) {
          child.words.push(word);
          child.ports.push(...transfer);
          if (word.kind === "end") seen.log.push("engine asked to end");
        },
        die(code: number) {
          seen.log.push(`engine ended ${code}`);
          child.emit("exit", code);
          child.pid = undefined;
        },
      }),
    );
    seen.children.push(child);
    return child;
  }

  const electron = {
    app,
    BrowserWindow: class {
      constructor(options: BrowserWindowConstructorOptions) {
        return makeWindow(options);
      }
    } as ElectronParts["BrowserWindow"],
    dialog: strict("dialog", {
      showMessageBox: (options: MessageBoxOptions) =>
        new Promise<{ response: number; checkboxChecked: boolean }>((resolve) => {
          const answer = (response: number) => resolve({ response, checkboxChecked: false });
          options.signal?.addEventListener("abort", () => answer(options.cancelId ?? 0));
          seen.dialogs.push({ options, answer });
        }),
    }),
    ipcMain: strict("ipcMain", new EventEmitter()),
    Menu: strict("Menu", {
      buildFromTemplate: (items: MenuItemConstructorOptions[]): FakeMenu => ({ items }),
      setApplicationMenu: (menu: BuiltMenu | null) => void seen.menus.push(menu),
    }),
    MessageChannelMain: MessageChannel,
    nativeImage: strict("nativeImage", {
      createFromBitmap(pixels: Buffer, { width, height }: { width: number; height: number }) {
        if (pixels.length !== width * height * 4) throw new Error("A bitmap of another size.");
        return strict("NativeImage", { setTemplateImage: () => {} }) as unknown as NativeImage;
      },
    }),
    Notification: strict(
      "Notification",
      class {
        static isSupported(): boolean {
          return true;
        }
        constructor(words: NotificationConstructorOptions) {
          return makeNotification(words);
        }
      } as ElectronParts["Notification"],
    ),
    powerMonitor: strict("powerMonitor", new EventEmitter()),
    protocol: strict("protocol", {
      registerSchemesAsPrivileged(schemes: CustomScheme[]) {
        before("protocol.registerSchemesAsPrivileged");
        seen.schemes.push(...schemes);
      },
      handle(scheme: string, handler: (request: Request) => Response | Promise<Response>) {
        after("protocol.handle");
        seen.handlers.set(scheme, handler);
      },
    }),
    safeStorage: strict("safeStorage", {
      isAsyncEncryptionAvailable: () => Promise.resolve(keychain !== "none"),
      getSelectedStorageBackend: () => (keychain === "none" ? ("unknown" as const) : keychain),
      encryptStringAsync: (text: string) =>
        Promise.resolve(Buffer.from(Buffer.from(`locked ${text}`).map((byte) => byte ^ 0x55))),
      async decryptStringAsync(cipher: Buffer) {
        const text = Buffer.from(cipher.map((byte) => byte ^ 0x55)).toString();
        if (!text.startsWith("locked ")) throw new Error("Error while decrypting the ciphertext provided.");
        return { shouldReEncrypt: false, result: text.slice("locked ".length) };
      },
    }),
    screen: strict("screen", {
      getAllDisplays() {
        after("screen");
        return seen.screens;
      },
      getPrimaryDisplay() {
        after("screen");
        return seen.screens[0] ?? { workArea: { x: 0, y: 0, width: 800, height: 600 } };
      },
    }),
    session: strict("session", {
      get defaultSession() {
        after("session.defaultSession");
        return defaultSession;
      },
    }),
    Tray: class {
      constructor() {
        return makeTray();
      }
    } as unknown as ElectronParts["Tray"],
    utilityProcess: strict("utilityProcess", { fork }),
  } satisfies ElectronParts;

  const defaultSession = strict(
    "session.defaultSession",
    Object.assign(new EventEmitter(), {
      setPermissionRequestHandler: (handler: Parameters<DesktopSession["setPermissionRequestHandler"]>[0]) =>
        void (seen.permissions.request = handler),
      setPermissionCheckHandler: (handler: Parameters<DesktopSession["setPermissionCheckHandler"]>[0]) =>
        void (seen.permissions.check = handler),
      setDevicePermissionHandler: (handler: Parameters<DesktopSession["setDevicePermissionHandler"]>[0]) =>
        void (seen.permissions.device = handler),
      setDisplayMediaRequestHandler: (handler: Parameters<DesktopSession["setDisplayMediaRequestHandler"]>[0]) =>
        void (seen.permissions.display = handler),
      setBluetoothPairingHandler: (handler: Parameters<DesktopSession["setBluetoothPairingHandler"]>[0]) =>
        void (seen.permissions.pairing = handler),
    }),
  );

  return { electron, seen, closeWindow };
}

export type FakeElectron = ReturnType<typeof createFakeElectron>;

/** What `import … from "electron"` gives in a test. */
export const fake = createFakeElectron();
export const {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeImage,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  Tray,
  utilityProcess,
} = fake.electron;
