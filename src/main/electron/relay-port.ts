import { appOrigin } from "./app-protocol.ts";
import type { DesktopWindow, PortAsk, TransferPort } from "./parts.ts";

/** Channel names that the preload knows. */
export const portAsked = "cox:connect";
const portGiven = "cox:port";

/**
 * Answers a page's request for a port with one that leads to the engine, when the asker is our own page in our own
 * window. `connect` gives the window's end of a fresh channel; undefined while there is no engine.
 */
export function relayPort(
  { sender, senderFrame }: PortAsk,
  window: Pick<DesktopWindow, "webContents" | "isDestroyed">,
  connect: () => TransferPort | undefined,
): void {
  if (senderFrame === null || senderFrame.parent !== null || senderFrame.origin !== appOrigin) return;
  if (window.isDestroyed() || sender.id !== window.webContents.id) return;
  const port = connect();
  if (port !== undefined) senderFrame.postMessage(portGiven, null, [port]);
}
