import type { DesktopContents, DesktopSession } from "./parts.ts";

/** Keeps a page where it was put: no other site, no frame, no second window, no embedded page. */
export function guardContents(contents: DesktopContents): void {
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  contents.on("will-frame-navigate", (details) => {
    const stays = details.isMainFrame && isSameOrigin(details.url, contents.getURL());
    if (!stays) details.preventDefault();
  });
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
}

/** A page gets nothing of the machine: no camera, clipboard, notification, device or download. */
export function guardSession(session: DesktopSession): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on("will-download", (event) => event.preventDefault());
}

/** Scheme, host and port; `URL.origin` is opaque for a scheme of our own. */
function isSameOrigin(one: string, other: string): boolean {
  if (!URL.canParse(one) || !URL.canParse(other)) return false;
  const [a, b] = [new URL(one), new URL(other)];
  return a.protocol === b.protocol && a.host === b.host && a.host !== "";
}
