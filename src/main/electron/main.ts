import { mkdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
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
} from "electron";
import { readArguments } from "./arguments.ts";
import { startBackgroundServer } from "./background-server.ts";
import { startDesktop } from "./start-desktop.ts";
import { watchUpdates } from "./watch-updates.ts";
import { createWindowStateFile } from "./window-state.ts";

// Nothing here waits: what must be said before Electron is ready has to be said while this module is evaluated.
const fallback = process.env["COXSWAIN_HOME"] ?? path.join(os.homedir(), ".coxswain");
const { home, engine, handOver } = readArguments(process.argv.slice(1), fallback, process.cwd());
const out = path.resolve(import.meta.dirname, "..");
const server = path.join(out, "main", "server.js");
// The engine checks its home; made here, because Chromium would make it readable by others.
mkdirSync(home, { recursive: true, mode: 0o700 });

startDesktop(
  {
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
  },
  {
    profile: path.join(home, "window"),
    renderer: path.join(out, "renderer"),
    preload: path.join(out, "preload", "index.cjs"),
    engine: { file: server, args: engine },
    handOver,
    platform: process.platform,
    windowState: createWindowStateFile(path.join(home, "window-state.json")),
    secrets: path.join(home, "secrets.json"),
    startBackground: (secrets) =>
      startBackgroundServer({
        program: process.execPath,
        args: [server, "--home", home, "--json"],
        env: { ...secrets, ...process.env, ELECTRON_RUN_AS_NODE: "1" },
        said: path.join(home, "logs", "background-server.log"),
        within: 30_000,
      }),
    onSignal(end) {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
    },
    clock: () => performance.now(),
    kill: (pid) => process.kill(pid, "SIGKILL"),
    echo: (text) => process.stderr.write(text),
    fetch,
  },
);

void app.whenReady().then(() =>
  watchUpdates({
    app,
    dialog,
    Notification,
    // Beside the archive that this lies in.
    settings: path.resolve(out, "..", "..", "app-update.yml"),
    load: async () => (await import("electron-updater")).autoUpdater,
    after(ms, work) {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    log: (line) => process.stderr.write(`${line}\n`),
  }),
);
