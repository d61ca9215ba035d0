import { ipcRenderer, webUtils } from "electron";
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

/** Only here can be told where a dropped folder lies. It is offered to the human, as a link's would be. */
window.addEventListener("drop", ({ dataTransfer }) => {
  const [file] = dataTransfer?.files ?? [];
  const path = file === undefined ? "" : webUtils.getPathForFile(file);
  if (path !== "") window.postMessage({ channel: news, told: { kind: "offer-project", path } }, window.location.origin);
});
