import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startBackgroundServer } from "./background-server.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "cox-background-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A program that does this, with nothing but this environment. */
function start(script: string, { env = {}, within = 20_000 } = {}) {
  const said = path.join(folder, "logs", "said");
  return startBackgroundServer({ program: process.execPath, args: ["-e", script], env, said, within });
}

test("answers where the server is, and lets it go on alone in a group of its own", async () => {
  const file = path.join(folder, "pid");
  const started = await start(
    `require("fs").writeFileSync(${JSON.stringify(file)}, String(process.pid) + " " + process.env.A_TOKEN);
     console.log(JSON.stringify({ url: "http://127.0.0.1:4200", token: "t", pid: 1 }));
     console.log("more"); setInterval(() => console.log("and more"), 10);`,
    { env: { A_TOKEN: "s3cret" } },
  );
  expect(started).toEqual({ ok: true, value: "http://127.0.0.1:4200" });
  const [pid, token] = (await readFile(file, "utf8")).split(" ");
  expect(token).toBe("s3cret");
  await new Promise((resolve) => setTimeout(resolve, 50));
  // It leads its group, so that what ends ours does not end it.
  expect(process.kill(-Number(pid), 0)).toBe(true);
  process.kill(-Number(pid), "SIGKILL");
});

test("says why a server that ended at once did not start", async () => {
  const started = await start('console.error("the home is locked"); process.exit(3)');
  const cause = "It ended with code 3.\nthe home is locked";
  expect(started).toMatchObject({ ok: false, error: { code: "UNAVAILABLE", cause } });
});

test("says so when the program is not there, or its words cannot be kept", async () => {
  const server = { program: "/nowhere/node", args: [], env: {}, said: path.join(folder, "said"), within: 20_000 };
  const missing = await startBackgroundServer(server);
  expect(missing).toMatchObject({ ok: false, error: { cause: expect.stringContaining("ENOENT") } });
  const unkept = await startBackgroundServer({ ...server, program: process.execPath, said: "/dev/null/said" });
  expect(unkept).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
});

test("ends one that does not say in time where it is", async () => {
  const file = path.join(folder, "pid");
  const script = `require("fs").writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1000)`;
  const started = await start(script, { within: 2_000 });
  expect(started).toMatchObject({ ok: false, error: { cause: expect.stringContaining("in time") } });
  const pid = Number(await readFile(file, "utf8"));
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), { timeout: 5_000 });
});
