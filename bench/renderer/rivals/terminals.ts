import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";

/** What other tools do: a live terminal for each stream, every byte of it written as it comes. */
const terminals = Array.from({ length: 15 }, () => {
  const place = document.createElement("div");
  place.className = "terminal-place";
  document.body.append(place);
  const terminal = new Terminal({ cols: 80, rows: 24, fontSize: 11, scrollback: 1_000 });
  terminal.open(place);
  return terminal;
});

const socket = new WebSocket(`ws://${location.host}/`);
socket.binaryType = "arraybuffer";
socket.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) => {
  const bytes = new Uint8Array(data);
  terminals[bytes[0] ?? 0]?.write(bytes.subarray(1));
});
