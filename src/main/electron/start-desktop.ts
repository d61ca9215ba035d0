import { appPage, appPrivileges, appScheme, createAppProtocol } from "./app-protocol.ts";
import { pageOfRunning } from "./attach.ts";
import { problem, type Problem } from "../../contract/errors.ts";
import type { EngineWord } from "../../contract/host.ts";
import { guardContents, guardSession } from "./guards.ts";
import { bringForward, openWindow } from "./open-window.ts";
import type { DesktopWindow, ElectronParts } from "./parts.ts";
import { portAsked, relayPort } from "./relay-port.ts";
import { superviseEngine, type SupervisorDeps } from "./supervise-engine.ts";

export interface DesktopOptions extends Pick<SupervisorDeps, "clock" | "kill" | "echo"> {
  /** Where Chromium keeps what it keeps. One window runs for each such folder. */
  readonly profile: string;
  /** The folder of the built renderer. */
  readonly renderer: string;
  /** The built preload. */
  readonly preload: string;
  /** The engine's program and its arguments. */
  readonly engine: { readonly file: string; readonly args: readonly string[] };
  readonly isMac: boolean;
  readonly fetch: typeof fetch;
}

/** The desktop host: one window, one engine in a process of its own, and an orderly end of both. Called before `ready`. */
export function startDesktop(electron: ElectronParts, options: DesktopOptions): void {
  const { app, protocol } = electron;
  app.setPath("userData", options.profile);
  if (!app.requestSingleInstanceLock()) return app.quit();
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([appPrivileges]);
  app.on("web-contents-created", (_event, contents) => guardContents(contents));
  app.on("window-all-closed", () => app.quit());
  void app.whenReady().then(() => open(electron, options));
}

function open(electron: ElectronParts, options: DesktopOptions): void {
  const { app, ipcMain, MessageChannelMain, protocol, session, utilityProcess } = electron;
  const { clock, kill, echo } = options;
  guardSession(session.defaultSession);
  protocol.handle(appScheme, createAppProtocol(options.renderer));
  setMenu(electron, options.isMac);

  const window = openWindow(electron, options.preload);
  const engine = superviseEngine({
    MessageChannelMain,
    clock,
    kill,
    echo,
    fork: () =>
      utilityProcess.fork(options.engine.file, [...options.engine.args], {
        serviceName: "Coxswain engine",
        stdio: ["ignore", "inherit", "pipe"],
      }),
    onElsewhere: (running) => void attach(running),
    onProblem: (why) => void tell(why, () => engine.start()),
  });

  async function attach(running: Extract<EngineWord, { kind: "elsewhere" }>): Promise<void> {
    const page = await pageOfRunning(running, options.fetch);
    if (!page.ok) await tell(page.error, () => engine.start());
    else load(window, page.value);
  }

  async function tell({ message, cause, next }: Problem, again: () => void): Promise<void> {
    const detail = [cause, next].filter((line) => line !== undefined).join("\n\n");
    const { response } = await electron.dialog.showMessageBox({
      type: "error",
      title: "Coxswain",
      message,
      detail,
      buttons: ["Start again", "Quit"],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    });
    if (response === 0) again();
    else app.quit();
  }

  ipcMain.on(portAsked, (event) => relayPort(event, window, () => engine.connect()));
  app.on("second-instance", () => bringForward(window));
  window.webContents.on("render-process-gone", (_event, { reason }) => {
    if (reason !== "clean-exit") void tell(pageEnded(reason), () => window.webContents.reload());
  });
  let isOver = false;
  let ending: Promise<void> | undefined;
  app.on("will-quit", (event) => {
    if (isOver) return;
    event.preventDefault();
    ending ??= engine.end().then(() => {
      isOver = true;
      app.quit();
    });
  });

  engine.start();
  load(window, appPage);
}

/** A page that cannot be loaded says so itself; one that another took the place of needs nobody to know. */
function load(window: DesktopWindow, page: string): void {
  if (!window.isDestroyed()) void window.loadURL(page).catch(() => undefined);
}

function pageEnded(reason: string): Problem {
  const next = "Start it again; the engine and every workstream go on.";
  return problem("UNAVAILABLE", "The window's page ended by itself.", next, `Its process is gone: ${reason}.`);
}

/** What every program offers. The commands of the control room are its page's own. */
function setMenu({ Menu }: ElectronParts, isMac: boolean): void {
  const first = isMac ? ({ role: "appMenu" } as const) : ({ role: "fileMenu" } as const);
  const menu = Menu.buildFromTemplate([first, { role: "editMenu" }, { role: "viewMenu" }, { role: "windowMenu" }]);
  Menu.setApplicationMenu(menu);
}
