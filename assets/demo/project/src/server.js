import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createApp } from "./app.js";
import { readConfig } from "./config.js";
import { createLog } from "./log.js";
import { createStore } from "./parcels/store.js";

const config = readConfig(process.env);
const log = createLog({ level: config.logLevel, write: (line) => process.stdout.write(line), now: () => new Date() });
const store = createStore(JSON.parse(readFileSync(config.dataFile, "utf8")));
const app = createApp({ store, log });

createServer((request, response) => {
  const { status, type, body } = app.handle({ method: request.method, url: request.url });
  response.writeHead(status, { "content-type": type });
  response.end(body);
}).listen(config.port, () => log.info("listening", { port: config.port }));
