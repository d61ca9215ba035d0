import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { MessageBoxOptions } from "electron";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchUpdates, type Updater } from "./watch-updates.ts";

let folder: string;
let settings: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "updates-"));
  settings = path.join(folder, "app-update.yml");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A publisher who has `newest`, and a human who clicks each notification and answers with `button`. */
function stage({ newest = "0.2.0", button = 0, download = async (): Promise<unknown> => [] } = {}) {
  const seen = {
    waits: [] as { readonly ms: number; readonly work: () => void }[],
    notifications: [] as { readonly title: string; readonly click: () => void }[],
    dialogs: [] as MessageBoxOptions[],
    log: [] as string[],
    undone: 0,
  };
  const updater = {
    autoDownload: true,
    autoInstallOnAppQuit: false,
    logger: console as unknown,
    checkForUpdates: vi.fn<Updater["checkForUpdates"]>(async () => ({
      isUpdateAvailable: newest !== "0.1.0",
      updateInfo: { version: newest },
    })),
    downloadUpdate: vi.fn<Updater["downloadUpdate"]>(download),
  } satisfies Updater;
  const load = vi.fn<() => Promise<Updater>>(async () => updater);
  const stop = watchUpdates({
    settings,
    load,
    app: { getVersion: () => "0.1.0" },
    dialog: {
      showMessageBox: async (options) => {
        seen.dialogs.push(options);
        return { response: button };
      },
    },
    Notification: class {
      readonly title: string;
      click = (): void => undefined;
      constructor({ title }: { title: string }) {
        this.title = title;
      }
      on(_event: "click", listener: () => void) {
        this.click = listener;
      }
      show() {
        seen.notifications.push(this);
      }
    },
    after: (ms, work) => {
      seen.waits.push({ ms, work });
      return () => void (seen.undone += 1);
    },
    log: (line) => void seen.log.push(line),
  });
  return { seen, updater, load, stop };
}

const publish = () => writeFile(settings, "provider: generic\n");

test("a build whose publisher named no place for updates loads no updater and looks nowhere", async () => {
  const { seen, load } = stage();
  seen.waits[0]?.work();
  // One that was asked later and has found what it looked for: the first has had its time.
  settings = path.join(folder, "of-another.yml");
  await publish();
  const later = stage();
  later.seen.waits[0]?.work();
  await vi.waitFor(() => expect(later.load).toHaveBeenCalledOnce());
  expect(load).not.toHaveBeenCalled();
  expect(seen.waits).toHaveLength(1);
});

test("looks a minute after the start and then once a day, and tells each version once", async () => {
  await publish();
  const { seen, updater } = stage();
  expect(seen.waits.map(({ ms }) => ms)).toEqual([60_000]);
  seen.waits[0]?.work();
  await vi.waitFor(() => expect(seen.notifications.map(({ title }) => title)).toEqual(["Coxswain 0.2.0 is out"]));
  expect(seen.waits.map(({ ms }) => ms)).toEqual([60_000, 86_400_000]);
  seen.waits[1]?.work();
  await vi.waitFor(() => expect(updater.checkForUpdates).toHaveBeenCalledTimes(2));
  expect(seen.notifications).toHaveLength(1);
});

test("downloads nothing by itself, and what was asked for waits for the next quit", async () => {
  await publish();
  const { seen, updater } = stage();
  seen.waits[0]?.work();
  await vi.waitFor(() => expect(seen.notifications).toHaveLength(1));
  expect(updater).toMatchObject({ autoDownload: false, autoInstallOnAppQuit: true });
  expect(updater.downloadUpdate).not.toHaveBeenCalled();

  seen.notifications[0]?.click();
  await vi.waitFor(() => expect(seen.notifications[1]?.title).toBe("Coxswain 0.2.0 is ready"));
  expect(updater.downloadUpdate).toHaveBeenCalledOnce();
  expect(seen.dialogs.map(({ message }) => message)).toEqual(["Download Coxswain 0.2.0?"]);
});

test("whoever says not now is left alone", async () => {
  await publish();
  const { seen, updater } = stage({ button: 1 });
  seen.waits[0]?.work();
  await vi.waitFor(() => expect(seen.notifications).toHaveLength(1));
  seen.notifications[0]?.click();
  await vi.waitFor(() => expect(seen.dialogs).toHaveLength(1));
  expect(updater.downloadUpdate).not.toHaveBeenCalled();
});

test("a download that fails is said, and offered again", async () => {
  await publish();
  const { seen } = stage({ download: () => Promise.reject(new Error("sha512 checksum mismatch")) });
  seen.waits[0]?.work();
  await vi.waitFor(() => expect(seen.notifications).toHaveLength(1));
  seen.notifications[0]?.click();
  await vi.waitFor(() => expect(seen.dialogs[1]?.detail).toContain("sha512 checksum mismatch"));
  seen.waits[1]?.work();
  await vi.waitFor(() => expect(seen.notifications).toHaveLength(2));
});

test("says nothing when there is nothing newer or nobody can be reached, and ends when told", async () => {
  await publish();
  const upToDate = stage({ newest: "0.1.0" });
  upToDate.seen.waits[0]?.work();
  await vi.waitFor(() => expect(upToDate.updater.checkForUpdates).toHaveBeenCalledOnce());
  const offline = stage();
  offline.updater.checkForUpdates.mockRejectedValue(new Error("net::ERR_INTERNET_DISCONNECTED"));
  offline.seen.waits[0]?.work();
  await vi.waitFor(() => expect(offline.seen.log).toHaveLength(1));
  expect([...upToDate.seen.notifications, ...offline.seen.notifications]).toEqual([]);
  offline.stop();
  expect(offline.seen.undone).toBe(1);
});
