import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import { lockHome } from "./lock.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), "cox-lock-"));
});
afterEach(() => rm(home, { recursive: true }));

describe("the lock of a home", () => {
  it("is held by one, given back, and leaves nothing behind", async () => {
    const lock = unwrap(await lockHome(home));
    expect(await lockHome(home)).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    await lock.release();
    expect(await readdir(home)).toEqual([]);
    await unwrap(await lockHome(home)).release();
  });

  it("is taken over from a process that is gone, from its number's next owner, and from half a file", async () => {
    const gone = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => gone.on("exit", resolve));
    const left = [
      JSON.stringify({ pid: gone.pid, began: "5" }),
      JSON.stringify({ pid: process.pid, began: "another time" }),
      "{",
    ];
    for (const text of left) {
      await writeFile(path.join(home, "engine.lock"), text);
      await unwrap(await lockHome(home)).release();
    }
  });

  it("goes to exactly one of many that find it stale at the same time", async () => {
    await writeFile(path.join(home, "engine.lock"), "stale");
    const script = `
      const { lockHome } = await import(${JSON.stringify(path.join(import.meta.dirname, "lock.ts"))});
      const lock = await lockHome(process.argv[1]);
      console.log(lock.ok ? "mine" : lock.error.code);
      process.stdin.on("end", () => process.exit()).resume();
    `;
    const starters = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", script, home], { stdio: ["pipe", "pipe", "ignore"] }),
    );
    const answers = await Promise.all(
      starters.map(
        (child) =>
          new Promise<string>((resolve) =>
            child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim())),
          ),
      ),
    );
    const winner = starters[answers.indexOf("mine")];
    expect(answers.sort()).toEqual([...Array.from({ length: 5 }, () => "CONFLICT"), "mine"]);
    expect(JSON.parse(await readFile(path.join(home, "engine.lock"), "utf8"))).toMatchObject({ pid: winner?.pid });
    await Promise.all(
      starters.map((child) => {
        const ended = new Promise((resolve) => child.on("exit", resolve));
        child.stdin.end();
        return ended;
      }),
    );
  });
});
