import { expect } from "vitest";
import { fail, ok, type Result } from "../../contract/errors.ts";
import type { PageNews } from "../../contract/host.ts";
import type { Tally, TallyItem } from "../../contract/tally.ts";
import type { HandOver } from "./arguments.ts";
import { createFakeElectron, type FakeElectron, type FakeMachine } from "./fake-electron.ts";
import type { AskingFrame, TransferPort } from "./parts.ts";
import { startDesktop } from "./start-desktop.ts";
import type { WindowState } from "./window-state.ts";

export interface DesktopSetting extends FakeMachine {
  readonly fetch?: typeof fetch;
  readonly handOver?: HandOver;
  readonly platform?: NodeJS.Platform;
  readonly windowState?: WindowState;
  /** The file of secrets; a path that is not there unless a test makes it. */
  readonly secrets?: string;
  readonly background?: () => Result<string>;
  /** Runs after the double is made and before the desktop starts. */
  readonly before?: (fake: FakeElectron) => void;
}

/** The desktop host over the double of Electron, opened and settled. Timers are the test's. */
export async function desktop(setting: DesktopSetting = {}) {
  const fake = createFakeElectron(setting);
  setting.before?.(fake);
  const killed: number[] = [];
  const echoed: string[] = [];
  const written: WindowState[] = [];
  const backgrounds: Readonly<Record<string, string>>[] = [];
  const signals: (() => void)[] = [];
  let now = 0;
  startDesktop(fake.electron, {
    profile: "/home/of/coxswain/window",
    renderer: "/product/out/renderer",
    preload: "/product/out/preload/index.cjs",
    engine: { file: "/product/out/main/server.js", args: ["--home", "/home/of/coxswain"] },
    handOver: setting.handOver ?? {},
    platform: setting.platform ?? "linux",
    windowState: { read: () => setting.windowState, write: (state) => void written.push(state) },
    secrets: setting.secrets ?? "/nowhere/secrets.json",
    startBackground(secrets) {
      fake.seen.log.push("background server started");
      backgrounds.push(secrets);
      return Promise.resolve((setting.background ?? (() => ok("http://127.0.0.1:4200")))());
    },
    onSignal: (end) => void signals.push(end),
    clock: () => now,
    kill: (pid) => killed.push(pid),
    echo: (text) => echoed.push(text),
    fetch: setting.fetch ?? (() => Promise.reject(new Error("no server"))),
  });
  await settled();
  return {
    ...fake,
    killed,
    echoed,
    written,
    backgrounds,
    signals,
    pass: (ms: number) => (now += ms),
    /** What the engine that runs now says of its fleet. */
    tell: (tally: Partial<Tally>) =>
      fake.seen.children.at(-1)?.emit("message", { kind: "tally", tally: { ...quiet, ...tally } }),
    /** What the page was told, in order. */
    news: () => (fake.seen.windows[0]?.webContents.sent ?? []).map(({ news }) => news as PageNews),
  };
}

const quiet: Tally = { working: 0, waiting: 0, items: [] };

export const noBackground = (): Result<string> => fail("UNAVAILABLE", "It did not start.", "Try again.");

/** Lets what was promised happen; the timers are not moved. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}

/** What the page's preload sends, and the ports that its frame gets for it. */
export function ask(
  { electron, seen }: FakeElectron,
  {
    channel = "cox:connect",
    frame = {},
    senderId = seen.windows[0]?.webContents.id,
  }: {
    readonly channel?: string;
    readonly frame?: Partial<AskingFrame>;
    readonly senderId?: number | undefined;
  } = {},
): TransferPort[] {
  const given: TransferPort[] = [];
  const senderFrame = {
    origin: "app://coxswain",
    parent: null,
    postMessage(on: string, _message: unknown, transfer: TransferPort[] = []) {
      expect(on).toBe("cox:port");
      given.push(...transfer);
    },
    ...frame,
  };
  electron.ipcMain.emit(channel, { sender: { id: senderId }, senderFrame });
  return given;
}

let items = 0;

/** Something that holds a workstream up. */
export function item(number: number, more: Partial<TallyItem> = {}): TallyItem {
  items += 1;
  return {
    id: `a${String(items).padStart(8, "0")}`,
    kind: "approval",
    workstream: { id: `w${String(number).padStart(8, "0")}`, number, name: `fix-${number}` },
    ask: "allow rm -rf build",
    ...more,
  };
}
