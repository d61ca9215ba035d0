/**
 * Loaded into a Node before a program of ours, makes it read an archive as Electron does: the calls that Electron teaches to
 * look into one (`lib/node/asar-fs-wrapper.ts` in its sources), and no other. What the archive holds lies unpacked in the
 * folder COXSWAIN_TEST_UNPACKED, the archive itself in COXSWAIN_TEST_ARCHIVE.
 */
import fs from "node:fs";
import path from "node:path";
import { registerHooks, syncBuiltinESMExports } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import threads from "node:worker_threads";

type Call = (...args: unknown[]) => unknown;

const archive = process.env["COXSWAIN_TEST_ARCHIVE"] ?? "";
const unpacked = path.resolve(process.env["COXSWAIN_TEST_UNPACKED"] ?? "");
const program = process.env["COXSWAIN_TEST_PROGRAM"] ?? "";

const outOf = (place: unknown): unknown =>
  typeof place === "string" && place.startsWith(`${archive}/`) ? unpacked + place.slice(archive.length) : place;
const backInto = (place: unknown): unknown =>
  typeof place === "string" && place.startsWith(`${unpacked}/`) ? archive + place.slice(unpacked.length) : place;

/** Electron answers these from the archive. */
const reading = ["access", "copyFile", "exists", "lstat", "open", "readFile", "readdir", "stat"];
const real = ["realpath"];

function teach(from: object, name: string, wrap: (call: Call) => Call): void {
  const call: unknown = Reflect.get(from, name);
  if (typeof call !== "function") return;
  const taught = wrap((...args) => Reflect.apply(call, from, args) as unknown);
  Reflect.set(from, name, Object.assign(taught, call));
}

for (const name of reading) {
  for (const [from, called] of [
    [fs, name],
    [fs, `${name}Sync`],
    [fs.promises, name],
  ] as const) {
    teach(
      from,
      called,
      (call) =>
        (place, ...rest) =>
          call(outOf(place), ...rest),
    );
  }
}
for (const name of real) {
  teach(
    fs.promises,
    name,
    (call) =>
      async (place, ...rest) =>
        backInto(await call(outOf(place), ...rest)),
  );
  teach(
    fs,
    `${name}Sync`,
    (call) =>
      (place, ...rest) =>
        backInto(call(outOf(place), ...rest)),
  );
}

// Electron's threads can read archives too; one of Node has to be told again.
const { Worker } = threads;
Reflect.set(
  threads,
  "Worker",
  class extends Worker {
    constructor(file: string | URL, options: threads.WorkerOptions = {}) {
      const steps = [import.meta.url, pathToFileURL(String(file)).href].map((url) => JSON.stringify(url));
      if (outOf(file) === file) super(file, options);
      else super(`import(${steps[0]}).then(() => import(${steps[1]}))`, { ...options, eval: true });
    }
  },
);
syncBuiltinESMExports();

registerHooks({
  resolve(specifier, context, next) {
    const isPath = /^(\.{0,2}\/|file:)/.test(specifier);
    const url = isPath ? new URL(specifier, context.parentURL ?? pathToFileURL("/")) : undefined;
    if (url === undefined || outOf(fileURLToPath(url)) === fileURLToPath(url)) return next(specifier, context);
    return { url: url.href, format: "module", shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.startsWith("file:")) return next(url, context);
    const file = fileURLToPath(url);
    if (outOf(file) === file) return next(url, context);
    return { format: "module", source: fs.readFileSync(file), shortCircuit: true };
  },
});

// What a program of ours looks at to know that it runs in Electron's.
process.execPath = program;
Object.defineProperty(process.versions, "electron", { value: "0.0.0" });
