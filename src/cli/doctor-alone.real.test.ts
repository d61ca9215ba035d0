import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { capabilityFile } from "../contract/address.ts";
import { checkSchema, type Check } from "../contract/check.ts";
import { unwrap } from "../contract/errors.ts";
import { protocolVersion } from "../contract/procedures.ts";
import { writeAddress } from "../main/server/address.ts";
import { openDatabase } from "../main/storage/database.ts";
import { takeEngineLock } from "../main/storage/engine-lock.ts";

let home: string;

beforeEach(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), "cox-doctor-test-")));
});

afterEach(() => rm(home, { recursive: true }));

const told = z.object({ checks: z.array(checkSchema) });

function examine(): Promise<{ readonly code: number; readonly checks: readonly Check[] }> {
  const program = path.join(import.meta.dirname, "main.ts");
  const env = { PATH: process.env.PATH, COXSWAIN_HOME: home };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, "doctor", "--json"], { env, timeout: 60_000 }, (error, out) => {
      const code = typeof error?.code === "number" ? error.code : 0;
      resolve({ code, checks: told.parse(JSON.parse(out)).checks });
    });
  });
}

const of = (checks: readonly Check[], name: string) => checks.filter((check) => check.name === name);

it("examines a home that no engine runs for, and changes nothing in it", async () => {
  unwrap(openDatabase(path.join(home, "coxswain.db"))).close();
  await chmod(home, 0o755);
  const { checks } = await examine();
  expect(of(checks, "engine")).toMatchObject([{ state: "warning", next: "npm start" }]);
  expect(of(checks, "database")).toMatchObject([{ state: "ok" }]);
  expect(of(checks, "home")).toMatchObject([{ state: "warning", next: `chmod 700 ${home}` }]);
  expect(of(checks, "git")).toMatchObject([{ state: "ok" }]);
  expect((await readdir(home)).filter((name) => name !== "codex")).toEqual(["coxswain.db"]);
});

it("says that a database is damaged, and how to go on without it", async () => {
  await writeFile(path.join(home, "coxswain.db"), "no database ".repeat(100));
  const { code, checks } = await examine();
  expect(code).toBe(1);
  const [database] = of(checks, "database");
  expect(database).toMatchObject({ state: "wrong", says: expect.stringContaining("damaged") });
  expect(database?.next).toContain(`mv ${home}/coxswain.db* ${home}/damaged/`);
});

it("looks from outside where an engine holds the home and says nothing", async () => {
  const socket = path.join(home, "engine.sock");
  const silent = net.createServer();
  await new Promise<void>((resolve) => silent.listen(socket, resolve));
  const lock = unwrap(takeEngineLock(home, process.pid, 0));
  await writeFile(path.join(home, capabilityFile), "A".repeat(43));
  await writeAddress(home, { pid: process.pid, protocol: protocolVersion, url: "http://127.0.0.1:1", socket });
  await mkdir(path.join(home, "worktrees"));
  try {
    const { code, checks } = await examine();
    expect(code).toBe(1);
    expect(of(checks, "engine")).toMatchObject([
      {
        state: "wrong",
        says: expect.stringContaining(`process ${process.pid}`),
        next: expect.stringContaining("kill"),
      },
    ]);
  } finally {
    lock.release();
    silent.close();
  }
});
