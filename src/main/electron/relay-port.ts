import { channels } from "../../contract/channels.ts";
import { appOrigin } from "./app-protocol.ts";
import type { DesktopWindow, PageAsk, TransferPort } from "./parts.ts";

/**
 * Answers a page's request for a port with one that leads to the engine, when the asker is our own page in our own
 * window. `connect` gives the window's end of a fresh channel; undefined while there is no engine.
 */
export function relayPort(
  ask: PageAsk,
  window: Pick<DesktopWindow, "webContents" | "isDestroyed">,
  connect: () => TransferPort | undefined,
): void {
  const { senderFrame } = ask;
  if (senderFrame === null || !isFromPage(ask, window) || senderFrame.origin !== appOrigin) return;
  const port = connect();
  if (port !== undefined) senderFrame.postMessage(channels.port, null, [port]);
}

/** Whether the page itself asks, and not a frame in it or another window's page. */
export function isFromPage(
  { sender, senderFrame }: PageAsk,
  window: Pick<DesktopWindow, "webContents" | "isDestroyed">,
): boolean {
  if (senderFrame === null || senderFrame.parent !== null || window.isDestroyed()) return false;
  return sender.id === window.webContents.id;
}
