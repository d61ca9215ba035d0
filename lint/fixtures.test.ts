import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

const root = path.dirname(import.meta.dirname);
const fixtures = path.join(import.meta.dirname, "fixtures");

const reportSchema = z.object({
  diagnostics: z.array(z.object({ filename: z.string(), message: z.string(), help: z.string().optional() })),
});

/** Runs a program of node_modules and gives what it printed, whatever its exit code: a linter that refuses fails. */
function output(script: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [path.join(root, "node_modules", script), ...args], options, (_error, stdout) =>
      resolve(stdout),
    );
  });
}

/** The text a fixture announces in its first line, or undefined when the file is only there to be imported. */
function announced(file: string): string | undefined {
  return /^\/\/ refused: (.+)$/m.exec(readFileSync(file, "utf8"))?.[1];
}

describe("the linter", () => {
  const files = globSync("src/**/*.{ts,tsx}", { cwd: fixtures }).toSorted();
  const told = new Map<string, string[]>();

  beforeAll(async () => {
    const args = ["--config", path.join(fixtures, "refusing.config.ts"), "--format", "json", fixtures];
    const report = reportSchema.parse(JSON.parse(await output("oxlint/bin/oxlint", args)));
    for (const { filename, message, help } of report.diagnostics) {
      const file = path.relative(fixtures, path.resolve(root, filename));
      told.set(file, [...(told.get(file) ?? []), `${message} ${help ?? ""}`]);
    }
  }, 60_000);

  it.each(files.filter((file) => announced(path.join(fixtures, file)) !== undefined))("refuses %s", (file) => {
    expect(told.get(file)).toContainEqual(expect.stringContaining(announced(path.join(fixtures, file)) ?? ""));
  });

  it.each(files.filter((file) => announced(path.join(fixtures, file)) === undefined))("accepts %s", (file) => {
    expect(told.get(file)).toBeUndefined();
  });
});

describe("the compiler", () => {
  it.each([
    ["contract", "document", "Cannot find name 'document'"],
    ["contract", "process", "Cannot find name 'process'"],
    ["verbs", "process", "Cannot find name 'process'"],
    ["main", "document", "Cannot find name 'document'"],
    ["renderer", "process", "Cannot find name 'process'"],
  ])(
    "keeps %s from %s",
    async (room, _global, expected) => {
      const text = await output("typescript/bin/tsc", ["-p", path.join(fixtures, "types", room)]);
      expect(text).toContain(expected);
    },
    60_000,
  );
});
