import { mkdtemp, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { fake } from "./fake-electron.ts";

test("starts the desktop for the home of the environment, which it makes for its user only", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "cox-main-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const home = path.join(folder, "home");
  vi.stubEnv("COXSWAIN_HOME", home);
  vi.spyOn(process, "argv", "get").mockReturnValue(["electron", "/product", "--demo"]);

  await import("./main.ts");
  await vi.waitFor(() => expect(fake.seen.children).toHaveLength(1));

  expect((await stat(home)).mode & 0o777).toBe(0o700);
  expect(fake.seen.paths.get("userData")).toBe(path.join(home, "window"));
  expect(fake.seen.children[0]!.args).toEqual(["--home", home, "--demo"]);
  expect(path.basename(fake.seen.children[0]!.file)).toBe("server.js");
});
