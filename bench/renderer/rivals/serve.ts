import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { WebSocketServer, type WebSocket } from "ws";
import type { Stage } from "../../harness/stage.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

export interface Rival {
  /** Where its page is. */
  readonly url: string;
  /** Its page's socket, once it is open. */
  readonly socket: Promise<WebSocket>;
}

/** Builds one rival's page as a product would be built, and serves it; `patch` is what it may fetch at `/patch`. */
export async function serveRival(stage: Stage, name: "terminals" | "diff2html", patch = ""): Promise<Rival> {
  const built = await build({
    configFile: false,
    root: here,
    logLevel: "warn",
    build: { write: false, minify: true, rolldownOptions: { input: path.join(here, `${name}.html`) } },
  });
  if (!("output" in built)) throw new Error("The build of the rival gave something other than its files.");
  const files = new Map<string, string | Uint8Array>(
    built.output.map((file) => [`/${file.fileName}`, file.type === "chunk" ? file.code : file.source]),
  );
  files.set("/patch", patch);
  const server = createServer(({ url = "/" }, response) => {
    const body = files.get(url);
    if (body === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": `${types[path.extname(url)] ?? "text/plain"}; charset=utf-8` }).end(body);
    return undefined;
  });
  const sockets = new WebSocketServer({ server });
  const socket = new Promise<WebSocket>((resolve) => sockets.once("connection", resolve));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stage.onEnd(() => {
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/${name}.html`, socket };
}
