import { ipcRenderer } from "electron";
import { channels } from "../contract/channels.ts";

const { connect, stay, port, news } = channels;

/** The page asks for its port when it is ready to take it, at the start and whenever the last one closed. */
window.addEventListener("message", ({ source, data }: MessageEvent<unknown>) => {
  if (source === window && (data === connect || data === stay)) ipcRenderer.send(data);
});

ipcRenderer.on(port, (event) => {
  window.postMessage(port, window.location.origin, [...event.ports]);
});

ipcRenderer.on(news, (_event, told: unknown) => {
  window.postMessage({ channel: news, told }, window.location.origin);
});
