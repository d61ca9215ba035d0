import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { beforeEach, expect, test } from "vitest";

const bundle = fileURLToPath(new URL("../../out/preload/index.cjs", import.meta.url));

beforeEach(({ skip }) => {
  skip(!existsSync(bundle), "out/preload/index.cjs is not built; `npm run build` makes it");
});

interface PageMessage {
  readonly data?: unknown;
  readonly source?: unknown;
  readonly dataTransfer?: { readonly files: readonly unknown[] };
}

/** The built preload, run as a sandboxed preload is: with a `require` that knows electron alone. */
function runPreload() {
  const required: string[] = [];
  const sent: unknown[][] = [];
  const posted: unknown[][] = [];
  const pageListeners = new Map<string, (event: PageMessage) => void>();
  const mainListeners = new Map<string, (event: { ports: unknown[] }, told?: unknown) => void>();
  const window = {
    location: { origin: "app://coxswain" },
    addEventListener: (type: string, listener: (event: PageMessage) => void) => pageListeners.set(type, listener),
    postMessage: (...args: unknown[]) => posted.push(args),
  };
  const electron = onlyThese({
    ipcRenderer: onlyThese({
      send: (...args: unknown[]) => sent.push(args),
      on: (channel: string, listener: (event: { ports: unknown[] }, told?: unknown) => void) =>
        mainListeners.set(channel, listener),
    }),
    webUtils: onlyThese({ getPathForFile: (file: { path: string }) => file.path }),
  });
  const module = { exports: {} };
  const context = vm.createContext({
    window,
    module,
    exports: module.exports,
    require(name: string) {
      required.push(name);
      if (name !== "electron") throw new Error(`A sandboxed preload cannot require ${name}.`);
      return electron;
    },
  });
  vm.runInContext(readFileSync(bundle, "utf8"), context, { filename: bundle });
  return { required, sent, posted, pageListeners, mainListeners, window };
}

/** An object that has these properties and throws on any other, `contextBridge` among them. */
function onlyThese<Parts extends object>(parts: Parts): Parts {
  return new Proxy(parts, {
    get(target, property) {
      if (typeof property === "symbol" || property in target || property === "__esModule") {
        const value: unknown = Reflect.get(target, property);
        return value;
      }
      throw new Error(`The preload uses ${property}, which it does not need.`);
    },
  });
}

test("requires electron and nothing else, and exposes nothing to the page", () => {
  const before = new Set(["location", "addEventListener", "postMessage"]);
  const { required, window, pageListeners, mainListeners, sent } = runPreload();
  expect(new Set(required)).toEqual(new Set(["electron"]));
  expect(new Set(Object.keys(window))).toEqual(before);
  expect([...pageListeners.keys()]).toEqual(["message", "drop"]);
  expect([...mainListeners.keys()]).toEqual(["cox:port", "cox:news"]);
  expect(sent).toEqual([]);
});

test("asks for a port when its own page asks, and for nothing else", () => {
  const { sent, pageListeners, window } = runPreload();
  const hear = pageListeners.get("message");
  hear?.({ source: window, data: "cox:connect" });
  hear?.({ source: {}, data: "cox:connect" });
  hear?.({ source: window, data: "cox:port" });
  hear?.({ source: window, data: { channel: "cox:connect" } });
  expect(sent).toEqual([["cox:connect"]]);
});

test("passes on that the human stays, without what else a page might add", () => {
  const { sent, pageListeners, window } = runPreload();
  const hear = pageListeners.get("message");
  hear?.({ source: {}, data: "cox:stay" });
  hear?.({ source: window, data: ["cox:stay", "and more"] });
  hear?.({ source: window, data: "cox:news" });
  hear?.({ source: window, data: "cox:stay" });
  expect(sent).toEqual([["cox:stay"]]);
});

test("tells its own page, and no other, what the host says", () => {
  const { posted, mainListeners } = runPreload();
  mainListeners.get("cox:news")?.({ ports: [] }, { kind: "go", workstream: "7" });
  expect(posted).toEqual([[{ channel: "cox:news", told: { kind: "go", workstream: "7" } }, "app://coxswain"]]);
});

test("hands the port to its own page only", () => {
  const { posted, mainListeners } = runPreload();
  const port = { name: "a port" };
  mainListeners.get("cox:port")?.({ ports: [port] });
  expect(posted).toEqual([["cox:port", "app://coxswain", [port]]]);
});

test("tells its own page where a dropped folder lies, and nothing of what lies nowhere", () => {
  const { posted, pageListeners } = runPreload();
  const drop = (...files: unknown[]) => pageListeners.get("drop")?.({ dataTransfer: { files } });
  drop();
  drop({ path: "" });
  drop({ path: "/home/ada/shop" }, { path: "/etc" });
  const told = { kind: "offer-project", path: "/home/ada/shop" };
  expect(posted).toEqual([[{ channel: "cox:news", told }, "app://coxswain"]]);
});
