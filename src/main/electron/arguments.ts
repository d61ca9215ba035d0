import path from "node:path";
import { parseArgs } from "node:util";

export interface DesktopArguments {
  readonly home: string;
  /** What the engine is started with. */
  readonly engine: readonly string[];
}

/**
 * Reads what the host was started with: the engine's options, among what Chromium and a desktop shell add, which is left
 * to them. `fallback` is the home when none is named; relative paths start at `from`.
 */
export function readArguments(args: readonly string[], fallback: string, from: string): DesktopArguments {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      home: { type: "string" },
      port: { type: "string" },
      repo: { type: "string" },
      demo: { type: "boolean" },
    },
  });
  const home = path.resolve(from, textOf(values.home) ?? fallback);
  const port = textOf(values.port);
  const repo = textOf(values.repo);
  return {
    home,
    engine: [
      "--home",
      home,
      ...(port === undefined ? [] : ["--port", port]),
      ...(repo === undefined ? [] : ["--repo", path.resolve(from, repo)]),
      ...(values.demo === true ? ["--demo"] : []),
    ],
  };
}

/** Without `strict` an option that wants a text may come without one. */
function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
