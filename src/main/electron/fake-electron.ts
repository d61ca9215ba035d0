import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { MessageChannel } from "node:worker_threads";
import type { BrowserWindowConstructorOptions, CustomScheme, ForkOptions, MessageBoxOptions } from "electron";
import type { HostWord } from "../../contract/host.ts";
import type {
  BuiltMenu,
  DesktopContents,
  DesktopSession,
  DesktopWindow,
  ElectronParts,
  EngineChild,
  TransferPort,
} from "./parts.ts";

type Emits = Pick<EventEmitter, "emit">;

export interface FakeContents extends DesktopContents, Emits {
  openHandler: (() => { action: "deny" }) | undefined;
}

export interface FakeWindow extends DesktopWindow, Emits {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: FakeContents;
  url: string;
  isGone: boolean;
  isShown: boolean;
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

/**
 * A double of `electron` for tests. It does what the host relies on in Electron's order, refuses what Electron would
 * refuse at that moment, and records the rest in `seen`. It is held to `parts.ts`, and that to Electron's own types.
 */
export function createFakeElectron({ isFirst = true }: { readonly isFirst?: boolean } = {}) {
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
    permissions: {} as {
      request?: Parameters<DesktopSession["setPermissionRequestHandler"]>[0];
      check?: Parameters<DesktopSession["setPermissionCheckHandler"]>[0];
      device?: Parameters<DesktopSession["setDevicePermissionHandler"]>[0];
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
      /** Windows first, then `will-quit`, then the end, unless someone prevents it. */
      quit() {
        for (const window of seen.windows) window.isGone = true;
        const event = fakeEvent({});
        seen.log.push("will quit");
        app.emit("will-quit", event);
        if (!event.defaultPrevented) seen.log.push("over");
      },
      requestSingleInstanceLock: () => isFirst,
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

  function makeWindow(options: BrowserWindowConstructorOptions): FakeWindow {
    after("new BrowserWindow");
    const webContents: FakeContents = strict(
      "webContents",
      Object.assign(new EventEmitter(), {
        id: seen.windows.length + 1,
        openHandler: undefined,
        getURL: () => window.url,
        reload: () => void seen.log.push("reload"),
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
        focus: () => void seen.log.push("focus"),
        isDestroyed: () => window.isGone,
        isMinimized: () => true,
        async loadURL(url: string) {
          if (window.isGone) throw new TypeError("Object has been destroyed");
          window.url = url;
          await Promise.resolve();
          window.emit("ready-to-show");
        },
        restore: () => void seen.log.push("restore"),
        show: () => void (window.isShown = true),
      }),
    );
    seen.windows.push(window);
    app.emit("web-contents-created", fakeEvent({}), webContents);
    return window;
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
          seen.dialogs.push({ options, answer });
        }),
    }),
    ipcMain: strict("ipcMain", new EventEmitter()),
    Menu: strict("Menu", {
      buildFromTemplate: (items: readonly unknown[]): BuiltMenu => ({ items }),
      setApplicationMenu: (menu: BuiltMenu | null) => void seen.menus.push(menu),
    }),
    MessageChannelMain: MessageChannel,
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
    session: strict("session", {
      get defaultSession() {
        after("session.defaultSession");
        return defaultSession;
      },
    }),
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
    }),
  );

  return { electron, seen };
}

export type FakeElectron = ReturnType<typeof createFakeElectron>;

/** What `import … from "electron"` gives in a test. */
export const fake = createFakeElectron();
export const { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol, session, utilityProcess } =
  fake.electron;
