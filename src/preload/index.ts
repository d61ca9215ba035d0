import { ipcRenderer } from "electron";

/** The page asks for its port when it is ready to take it, at the start and whenever the last one closed. */
window.addEventListener("message", (event) => {
  if (event.source === window && event.data === "cox:connect") ipcRenderer.send("cox:connect");
});

ipcRenderer.on("cox:port", (event) => {
  window.postMessage("cox:port", window.location.origin, [...event.ports]);
});
