import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { renderer } from "../../electron.vite.config.ts";

/** The window's files by their path from its root. */
export type BuiltWindow = ReadonlyMap<string, string | Uint8Array>;

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Builds the window as the product's build does, into memory: what becomes of out/ meanwhile makes no difference. */
export async function buildWindow(): Promise<BuiltWindow> {
  const built = await build({
    ...renderer,
    configFile: false,
    root: path.join(root, renderer.root),
    logLevel: "warn",
    build: { ...renderer.build, write: false },
  });
  if (!("output" in built)) throw new Error("The build of the window gave something other than its files.");
  return new Map(built.output.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]));
}
