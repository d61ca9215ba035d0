import { expect, test } from "vitest";
import { fakeEvent } from "./fake-electron.ts";
import { desktop } from "./test-desktop.ts";

test("denies new windows, downloads and every permission", async () => {
  const { electron, seen } = await desktop();
  const answers: unknown[] = [];
  const contents = {} as never;

  expect(seen.windows[0]!.webContents.openHandler?.()).toEqual({ action: "deny" });
  for (const permission of ["media", "clipboard-read", "notifications", "hid", "display-capture"] as const) {
    seen.permissions.request?.(contents, permission, (granted) => answers.push(granted), {} as never);
    answers.push(seen.permissions.check?.(contents, permission, "app://coxswain", {} as never));
  }
  answers.push(seen.permissions.device?.({} as never));
  expect(new Set(answers)).toEqual(new Set([false]));
  const download = fakeEvent({});
  electron.session.defaultSession.emit("will-download", download);
  expect(download.defaultPrevented).toBe(true);
});

test("shares no screen and pairs with no device", async () => {
  const { seen } = await desktop();
  const answers: unknown[] = [];
  seen.permissions.display?.({} as never, (streams) => answers.push(streams));
  seen.permissions.pairing?.({} as never, (answer) => answers.push(answer));
  expect(answers).toEqual([null, { confirmed: false }]);
});

test.each([
  ["a bluetooth device", "contents", "select-bluetooth-device", [[]], [""]],
  ["a HID device", "session", "select-hid-device", [{}], []],
  ["a USB device", "session", "select-usb-device", [{}], []],
  ["a serial port", "session", "select-serial-port", [[], {}], [""]],
  ["a certificate that is wrong", "app", "certificate-error", [{}, "https://x", "expired", {}], [false]],
  ["a certificate of the user", "app", "select-client-certificate", [{}, "https://x", [{}]], []],
  ["a password", "app", "login", [{}, {}, {}], []],
])("chooses no %s", async (_name, where, event, details, chosen) => {
  const { electron, seen } = await desktop();
  const emitters = {
    contents: seen.windows[0]!.webContents,
    session: electron.session.defaultSession,
    app: electron.app,
  };
  const answers: unknown[][] = [];
  const asked = fakeEvent({});
  emitters[where as keyof typeof emitters].emit(event, asked, ...details, (...answer: unknown[]) =>
    answers.push(answer),
  );
  expect(asked.defaultPrevented).toBe(true);
  expect(answers).toEqual([chosen]);
});
