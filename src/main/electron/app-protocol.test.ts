import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAppProtocol } from "./app-protocol.ts";

let folder: string;
let serve: (request: Request) => Promise<Response>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "cox-app-"));
  const root = path.join(folder, "renderer");
  await mkdir(path.join(root, "assets"), { recursive: true });
  await writeFile(path.join(root, "index.html"), "<p>the page</p>");
  await writeFile(path.join(root, "assets", "main-a1b2c3d4.js"), "export {};");
  await writeFile(path.join(folder, "secret.html"), "secret");
  await symlink(path.join(folder, "secret.html"), path.join(root, "link.html"));
  serve = createAppProtocol(root);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("serves the page and its files with their types", async () => {
  const page = await serve(new Request("app://coxswain/"));
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await page.text()).toBe("<p>the page</p>");

  const script = await serve(new Request("app://coxswain/assets/main-a1b2c3d4.js"));
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(script.headers.get("cache-control")).toContain("immutable");
});

test.each([
  "app://coxswain/..%2fsecret.html",
  "app://coxswain/%2e%2e/secret.html",
  "app://coxswain/assets/..%2f..%2fsecret.html",
  "app://coxswain/..%5csecret.html",
  "app://coxswain//etc/passwd",
  "app://coxswain/%00index.html",
  "app://coxswain/link.html",
  "app://coxswain/assets",
  "app://elsewhere/index.html",
])("has nothing at %s", async (url) => {
  const response = await serve(new Request(url));
  expect(response.status).toBe(404);
  expect(await response.text()).not.toContain("secret\n");
});

test.each([
  ["app://coxswain/", "GET", 200],
  ["app://coxswain/", "HEAD", 200],
  ["app://coxswain/", "POST", 405],
  ["app://coxswain/nothing.html", "GET", 404],
  ["app://coxswain/%E0%A4%A", "GET", 400],
  ["app://elsewhere/", "GET", 404],
])("sends the content security policy with %s %s, which is %i", async (url, method, status) => {
  const response = await serve(new Request(url, { method }));
  expect(response.status).toBe(status);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
});
