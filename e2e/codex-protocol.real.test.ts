import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { methods, notificationSchemas, serverRequestSchemas } from "../src/main/agents/appserver/protocol.ts";
import { realCodex } from "./real-codex.ts";

/** What we put into each call, on every path. */
const sentFields: Readonly<Record<string, readonly string[]>> = {
  [methods.initialize]: ["clientInfo", "capabilities"],
  [methods.threadStart]: [
    "approvalPolicy",
    "model",
    "developerInstructions",
    "config",
    "environments",
    "runtimeWorkspaceRoots",
  ],
  [methods.threadResume]: [
    "threadId",
    "approvalPolicy",
    "model",
    "developerInstructions",
    "config",
    "cwd",
    "runtimeWorkspaceRoots",
    "excludeTurns",
  ],
  [methods.threadFork]: [
    "threadId",
    "approvalPolicy",
    "model",
    "developerInstructions",
    "config",
    "cwd",
    "runtimeWorkspaceRoots",
    "excludeTurns",
  ],
  [methods.threadTurns]: ["threadId", "limit", "sortDirection", "itemsView", "cursor"],
  [methods.threadItems]: ["threadId", "turnId", "limit", "cursor", "deferOutput"],
  [methods.threadUnsubscribe]: ["threadId"],
  [methods.threadClean]: ["threadId"],
  [methods.turnStart]: [
    "threadId",
    "clientUserMessageId",
    "input",
    "outputSchema",
    "environments",
    "runtimeWorkspaceRoots",
  ],
  [methods.turnSteer]: ["threadId", "expectedTurnId", "clientUserMessageId", "input"],
  [methods.turnInterrupt]: ["threadId", "turnId"],
};

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is written `true` in a schema. */
const anything: Json = {};

/** A JSON Schema file of Codex, read by method. */
function bookOf(file: Json) {
  const definitions = isObject(file["definitions"]) ? file["definitions"] : {};
  const alternatives = (node: Json): readonly Json[] => {
    const ref = typeof node["$ref"] === "string" ? definitions[node["$ref"].replace("#/definitions/", "")] : undefined;
    const parts = [ref, ...["oneOf", "anyOf", "allOf"].flatMap((key) => (Array.isArray(node[key]) ? node[key] : []))];
    return [node, ...parts.filter(isObject).flatMap(alternatives)];
  };
  /** Everything the node may hold under `name`, over all its variants. */
  const property = (node: Json, name: string): readonly Json[] =>
    alternatives(node).flatMap((one) => {
      const properties = isObject(one["properties"]) ? one["properties"] : {};
      if (!Object.hasOwn(properties, name)) return [];
      return isObject(properties[name]) ? [properties[name]] : [anything];
    });
  const items = (node: Json) => alternatives(node).flatMap((one) => (isObject(one["items"]) ? [one["items"]] : []));
  const methodOf = (entry: Json) =>
    property(entry, "method").flatMap((one) => (Array.isArray(one["enum"]) ? one["enum"] : []))[0] as unknown;
  const entries = (Array.isArray(file["oneOf"]) ? file["oneOf"] : []).filter(isObject);
  const params = (method: string) =>
    entries.filter((entry) => methodOf(entry) === method).flatMap((entry) => property(entry, "params"));
  return { property, items, params };
}

type Book = ReturnType<typeof bookOf>;

/** Paths that we read and Codex's schema does not know. */
function unknownPaths(book: Book, ours: Json, theirs: readonly Json[], at: string): readonly string[] {
  const variants = [ours, ...["oneOf", "anyOf"].flatMap((key) => (Array.isArray(ours[key]) ? ours[key] : []))].filter(
    isObject,
  );
  return variants.flatMap((variant) => {
    const properties = isObject(variant["properties"]) ? variant["properties"] : {};
    const inside = Object.entries(properties).flatMap(([name, schema]) => {
      const found = theirs.flatMap((one) => book.property(one, name));
      if (theirs.includes(anything)) return [];
      if (found.length === 0) return [`${at}.${name}`];
      return isObject(schema) ? unknownPaths(book, schema, found, `${at}.${name}`) : [];
    });
    const element = variant["items"];
    const elements = isObject(element) ? unknownPaths(book, element, theirs.flatMap(book.items), `${at}[]`) : [];
    return [...inside, ...elements];
  });
}

const codex = await realCodex();

describe.skipIf("skip" in codex)("the pinned Codex's own description of its protocol", () => {
  let folder = "";
  const read = async (name: string): Promise<Book> =>
    bookOf(z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(path.join(folder, name), "utf8"))));

  beforeAll(async () => {
    if ("skip" in codex) return;
    await mkdir(".cache", { recursive: true });
    folder = await mkdtemp(path.resolve(".cache", "codex-schema-"));
    await promisify(execFile)(codex.bin, ["app-server", "generate-json-schema", "--experimental", "--out", folder]);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("has every method and field that is sent", async () => {
    const book = await read("ClientRequest.json");
    const missing = Object.entries(sentFields).flatMap(([method, fields]) => {
      const params = book.params(method);
      return fields
        .filter((field) => params.every((one) => book.property(one, field).length === 0))
        .map((field) => `${method}.${field}`);
    });
    expect(missing).toEqual([]);
  });

  it.each([
    ["ServerNotification.json", notificationSchemas],
    ["ServerRequest.json", serverRequestSchemas],
  ] as const)("has every field that is read of %s", async (file, schemas) => {
    const book = await read(file);
    const unknown = Object.entries(schemas).flatMap(([method, schema]) => {
      const params = book.params(method);
      if (params.length === 0) return [method];
      return unknownPaths(book, z.toJSONSchema(schema, { unrepresentable: "any" }), params, method);
    });
    expect(unknown).toEqual([]);
  });
});
