import path from "node:path";
import { parseArgs } from "node:util";
import { findLink } from "./deep-link.ts";

export interface DesktopArguments {
  readonly home: string;
  /** What the engine is started with. */
  readonly engine: readonly string[];
  /** What a start hands over to the program that already runs for its home. */
  readonly handOver: HandOver;
}

export interface HandOver {
  /** A link into the control room, not yet read. */
  readonly link?: string | undefined;
  /** A repository to be opened, absolute. */
  readonly repo?: string | undefined;
}

/**
 * Reads what the host was started with: the engine's options and a link, among what Chromium and a desktop shell add, which
 * is left to them. `fallback` is the home when none is named; relative paths start at `from`.
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
  const named = textOf(values.repo);
  const repo = named === undefined ? undefined : path.resolve(from, named);
  const link = findLink(args);
  return {
    home,
    engine: [
      "--home",
      home,
      ...(port === undefined ? [] : ["--port", port]),
      ...(repo === undefined ? [] : ["--repo", repo]),
      ...(values.demo === true ? ["--demo"] : []),
    ],
    handOver: { ...(link === undefined ? {} : { link }), ...(repo === undefined ? {} : { repo }) },
  };
}

/** Without `strict` an option that wants a text may come without one. */
function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
