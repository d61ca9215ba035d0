import { z } from "zod";
import { channels } from "../../contract/channels.ts";
import type { Problem, Result } from "../../contract/errors.ts";
import type { Tally } from "../../contract/tally.ts";
import { appPage, appPrivileges, appScheme, createAppProtocol } from "./app-protocol.ts";
import type { HandOver } from "./arguments.ts";
import { pageOfRunning, watchRunning, type RunningEngine } from "./attach.ts";
import { linkScheme, parseLink, type Link } from "./deep-link.ts";
import { guardConnections, guardContents, guardSession } from "./guards.ts";
import { createKeychain } from "./keychain.ts";
import { createLeaving } from "./leaving.ts";
import { menuTemplate } from "./menu.ts";
import type { OwnKeys } from "../../keys/bindings.ts";
import { defaultSettings } from "../../contract/settings.ts";
import { createNotifications } from "./notifications.ts";
import { bringForward, openWindow } from "./open-window.ts";
import type { DesktopWindow, ElectronParts } from "./parts.ts";
import { isFromPage, relayPort } from "./relay-port.ts";
import { superviseEngine, type SupervisorDeps } from "./supervise-engine.ts";
import { createPageTeller } from "./tell-page.ts";
import { createTray } from "./tray.ts";
import { watchPage } from "./watch-page.ts";
import type { WindowStateFile } from "./window-state.ts";

export interface DesktopOptions extends Pick<SupervisorDeps, "clock" | "kill" | "echo"> {
  /** Where Chromium keeps what it keeps. One window runs for each such folder. */
  readonly profile: string;
  /** The folder of the built renderer. */
  readonly renderer: string;
  /** The built preload. */
  readonly preload: string;
  /** The engine's program and its arguments. */
  readonly engine: { readonly file: string; readonly args: readonly string[] };
  /** What this start asks for beside that, of this program or of the one that already runs. */
  readonly handOver: HandOver;
  readonly platform: NodeJS.Platform;
  readonly windowState: WindowStateFile;
  /** The file of encrypted secrets. */
  readonly secrets: string;
  /** Starts a server host that outlives this program, with these secrets in its environment; answers where it is. */
  readonly startBackground: (secrets: Readonly<Record<string, string>>) => Promise<Result<string>>;
  /** Calls back when whoever started the program ends it. */
  readonly onSignal: (end: () => void) => void;
  readonly fetch: typeof fetch;
}

const handedOverSchema = z.object({
  link: z.string().max(8_192).optional(),
  repo: z.string().max(4_096).optional(),
});

/** The desktop host: one window, one engine in a process of its own, and an orderly end of both. Called before `ready`. */
export function startDesktop(electron: ElectronParts, options: DesktopOptions): void {
  const { app, protocol } = electron;
  app.setPath("userData", options.profile);
  if (!app.requestSingleInstanceLock({ ...options.handOver })) return app.quit();
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([appPrivileges]);
  // Where an installer says whose links these are, it need not be said here; Windows has none that does.
  if (app.isPackaged && options.platform === "win32") app.setAsDefaultProtocolClient(linkScheme);
  guardConnections(app);
  app.on("web-contents-created", (_event, contents) => guardContents(contents));
  app.on("window-all-closed", () => app.quit());
  // macOS hands links over this way, also the one that starts the program.
  const linked = Promise.withResolvers<(link: string) => void>();
  app.on("open-url", (event, link) => {
    event.preventDefault();
    void linked.promise.then((follow) => follow(link));
  });
  void app.whenReady().then(() => linked.resolve(open(electron, options)));
}

/** Answers with what follows a link. */
function open(electron: ElectronParts, options: DesktopOptions): (link: string) => void {
  const { app, dialog, ipcMain, Menu, MessageChannelMain, protocol, session, utilityProcess } = electron;
  const { clock, kill, echo, platform } = options;
  const isMac = platform === "darwin";
  guardSession(session.defaultSession);
  protocol.handle(appScheme, createAppProtocol(options.renderer));

  const window = openWindow(electron, { preload: options.preload, state: options.windowState });
  const page = createPageTeller(window);
  const keychain = createKeychain({ safeStorage: electron.safeStorage, file: options.secrets, platform });
  let shownKeys = "";
  /** Builds the menu anew where the human's keys are others. */
  const showMenu = ({ keys, letters }: OwnKeys): void => {
    const wanted = JSON.stringify([keys, letters]);
    if (wanted === shownKeys) return;
    shownKeys = wanted;
    const template = menuTemplate({ isMac, own: { keys, letters }, run: page.command });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };
  showMenu(defaultSettings);
  const follow = (link: Link): void => {
    page.follow(link);
    bringForward(window);
  };
  const notifier = createNotifications({ ...electron, platform, isWatched: () => isWatched(window), open: follow });
  const tray = createTray({
    ...electron,
    isMac,
    open: () => bringForward(window),
    showUrgent: () => follow({ kind: "go" }),
    quit: () => app.quit(),
    stay: () => leaving.stay(),
  });

  let tally: Tally | undefined;
  let hasCrashed: number | undefined;
  /** Ends the watch over an engine of another program; while there is one, ours does not run. */
  let attached: (() => void) | undefined;

  const leaving = createLeaving({
    dialog,
    tally: () => (attached === undefined ? tally : undefined),
    quit: () => app.quit(),
    onWaiting: show,
  });
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
    onTally(told) {
      hasCrashed = undefined;
      hear(told);
    },
    onCrash(code) {
      hasCrashed = code;
      show();
    },
    onProblem(why) {
      hear(undefined);
      void tell(why, () => engine.start());
    },
    onKeychain: (ask) => keychain.answer(ask),
  });

  function hear(told: Tally | undefined): void {
    tally = told;
    if (told !== undefined) {
      const { settings = defaultSettings } = told;
      showMenu(settings);
      notifier.tell(settings.notifications === "none" ? [] : told.items);
    }
    leaving.tallied();
    show();
  }

  function show(): void {
    tray.say({ tally, isLeaving: leaving.isWaiting });
    app.setBadgeCount(tally?.waiting ?? 0);
    page.notice(noticeOf(hasCrashed, leaving.isWaiting ? (tally?.working ?? 0) : undefined));
  }

  async function attach(running: RunningEngine): Promise<void> {
    const found = await pageOfRunning(running, options.fetch);
    if (leaving.farewell !== undefined) return;
    if (!found.ok) return tell(found.error, () => engine.start());
    hasCrashed = undefined;
    load(window, found.value);
    attached = watchRunning(running, {
      fetch: options.fetch,
      onTally: hear,
      onGone() {
        attached = undefined;
        hear(undefined);
        load(window, appPage);
        engine.start();
      },
    });
  }

  async function tell(why: Problem, again: () => void): Promise<void> {
    hasCrashed = undefined;
    show();
    if (await offerAgain(electron, why)) again();
    else app.quit();
  }

  function takeOver({ link, repo }: HandOver): void {
    const wanted = link === undefined ? undefined : parseLink(link);
    if (wanted !== undefined) page.follow(wanted);
    else if (repo !== undefined) page.follow({ kind: "offer-project", path: repo });
  }

  async function farewell(): Promise<void> {
    attached?.();
    const isOwn = attached === undefined;
    const how = leaving.farewell ?? "end";
    const kept = how === "leave" && isOwn ? await keychain.answer({ verb: "read" }) : undefined;
    await engine.end({ stop: how === "stop", hurried: leaving.isHurried });
    notifier.close();
    tray.close();
    if (kept === undefined) return;
    await handOver(electron, () => options.startBackground(kept.ok ? kept.value.secrets : {}));
  }

  ipcMain.on(channels.connect, (ask) => relayPort(ask, window, () => engine.connect()));
  ipcMain.on(channels.stay, (ask) => {
    if (isFromPage(ask, window)) leaving.stay();
  });
  app.on("second-instance", (_event, _args, _folder, data) => {
    takeOver(handedOverSchema.safeParse(data).data ?? {});
    bringForward(window);
  });
  watchPage(electron, window, { onQuit: () => app.quit() });
  window.on("close", (event) => {
    if (leaving.farewell !== undefined) return;
    event.preventDefault();
    app.quit();
  });
  app.on("before-quit", (event) => leaving.beforeQuit(event));
  electron.powerMonitor.on("shutdown", () => leaving.atOnce());
  window.on("query-session-end", () => leaving.atOnce());
  window.on("session-end", () => leaving.atOnce());
  options.onSignal(() => leaving.atOnce());
  let isOver = false;
  let ending: Promise<void> | undefined;
  app.on("will-quit", (event) => {
    if (isOver) return;
    event.preventDefault();
    ending ??= farewell()
      // Whatever goes wrong on the way out, the program ends.
      .catch((thrown: unknown) => echo(`${String(thrown)}\n`))
      .then(() => {
        isOver = true;
        app.quit();
      });
  });

  engine.start();
  load(window, appPage);
  if (options.handOver.link !== undefined) takeOver({ link: options.handOver.link });
  return (link) => {
    takeOver({ link });
    bringForward(window);
  };
}

function isWatched(window: DesktopWindow): boolean {
  return !window.isDestroyed() && window.isFocused();
}

/** A page that cannot be loaded says so itself; one that another took the place of needs nobody to know. */
function load(window: DesktopWindow, page: string): void {
  if (!window.isDestroyed()) void window.loadURL(page).catch(() => undefined);
}

/** What stands above the page: why the engine is away, else that the program is about to quit. */
function noticeOf(crash: number | undefined, waitingFor: number | undefined) {
  if (crash !== undefined) {
    const text = `The engine ended by itself (code ${crash}) and is being started again. Nothing that was accepted is lost; this page goes on by itself.`;
    return { text, stay: false };
  }
  if (waitingFor === undefined) return undefined;
  const which =
    waitingFor === 1 ? "the workstream that still works is" : `the ${waitingFor} workstreams that still work are`;
  return { text: `Coxswain quits when ${which} done.`, stay: true };
}

/** Says what went wrong, and whether the human wants it tried again. */
async function offerAgain({ dialog }: ElectronParts, { message, cause, next }: Problem): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: "error",
    title: "Coxswain",
    message,
    detail: [cause, next].filter((line) => line !== undefined).join("\n\n"),
    buttons: ["Start Again", "Quit"],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

/** Has a server go on where the engine ended. What it does not take up, the next start of this program does. */
async function handOver(electron: ElectronParts, start: () => Promise<Result<string>>): Promise<void> {
  const started = await start();
  if (!started.ok && (await offerAgain(electron, started.error))) await handOver(electron, start);
}
