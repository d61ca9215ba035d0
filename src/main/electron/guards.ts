import type { DesktopApp, DesktopContents, DesktopSession } from "./parts.ts";

/** Keeps a page where it was put: no other site, no frame, no second window, no embedded page, no device. */
export function guardContents(contents: DesktopContents): void {
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  contents.on("will-frame-navigate", (details) => {
    const stays = details.isMainFrame && isSameOrigin(details.url, contents.getURL());
    if (!stays) details.preventDefault();
  });
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  // Without a choice of ours Electron would take the first device that answers.
  contents.on("select-bluetooth-device", (event, _devices, choose) => {
    event.preventDefault();
    choose("");
  });
}

/**
 * A page gets nothing of the machine: no camera, screen, clipboard, notification, device or download. Copying needs no
 * permission, because it is the browser's own answer to a key.
 */
export function guardSession(session: DesktopSession): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }));
  session.on("will-download", (event) => event.preventDefault());
  session.on("select-hid-device", (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
  session.on("select-usb-device", (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
  session.on("select-serial-port", (event, _ports, _contents, choose) => {
    event.preventDefault();
    choose("");
  });
}

/** No certificate of the user is shown to anybody, none that is wrong is believed, and nobody is told a password. */
export function guardConnections(app: DesktopApp): void {
  app.on("certificate-error", (event, _contents, _url, _error, _certificate, trust) => {
    event.preventDefault();
    trust(false);
  });
  app.on("select-client-certificate", (event, _contents, _url, _certificates, choose) => {
    event.preventDefault();
    choose();
  });
  app.on("login", (event, _contents, _details, _info, answer) => {
    event.preventDefault();
    answer();
  });
}

/** Scheme, host and port; `URL.origin` is opaque for a scheme of our own. */
function isSameOrigin(one: string, other: string): boolean {
  if (!URL.canParse(one) || !URL.canParse(other)) return false;
  const [a, b] = [new URL(one), new URL(other)];
  return a.protocol === b.protocol && a.host === b.host && a.host !== "";
}
