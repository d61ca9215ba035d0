import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type { Problem } from "../../../contract/errors.ts";
import { machineClock } from "./clock.ts";
import { openConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";

const program = fileURLToPath(new URL("fixtures/small-server.ts", import.meta.url));
const open = new Set<Connection>();

function connect(command = process.execPath) {
  const told: { method: string; params: unknown }[] = [];
  const logged: string[] = [];
  let ends: (why: Problem) => void = () => undefined;
  const closed = new Promise<Problem>((resolve) => {
    ends = resolve;
  });
  const connection = openConnection({
    launch: { command, args: [program], env: {}, cwd: "/" },
    clock: machineClock,
    log: (line) => logged.push(line),
    onNotification: (method, params) => told.push({ method, params }),
    onRequest: (id, method) => connection.refuse(id, `${method} is not answered here`),
    onClosed: ends,
  });
  open.add(connection);
  return { connection, told, logged, closed };
}

afterEach(async () => {
  await Promise.all([...open].map((connection) => connection.close()));
  open.clear();
});

/** Whether a process runs; one that ended and was not yet collected by its new parent does not. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, "utf8"));
}

describe("a connection", () => {
  it("answers many calls at once, each with its own result", async () => {
    const { connection } = connect();
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => connection.request("echo", { index }, 5_000)),
    );
    expect(all).toEqual(Array.from({ length: 50 }, (_, index) => ({ ok: true, value: { index } })));
  });

  it("gives up at the deadline though other messages keep coming", async () => {
    const { connection } = connect();
    await connection.request("echo", {}, 5_000);
    const chatter = setInterval(() => connection.notify("say", { method: "noise", params: {} }), 10);
    const answer = await connection.request("silent", {}, 200);
    clearInterval(chatter);
    expect(answer).toMatchObject({ ok: false, error: { code: "TIMED_OUT" } });
  });

  it("keeps the server's own words of a refusal", async () => {
    const { connection } = connect();
    expect(await connection.request("refuse", {}, 5_000)).toMatchObject({
      ok: false,
      error: { code: "CONFLICT", cause: "no active turn to steer" },
    });
  });

  it("tries again while the server is overloaded", async () => {
    const { connection } = connect();
    expect(await connection.request("overloaded", {}, 5_000)).toEqual({ ok: true, value: 3 });
  });

  it("passes over a line that is no message", async () => {
    const { connection, logged } = connect();
    expect(await connection.request("garbage", {}, 5_000)).toEqual({ ok: true, value: "still here" });
    expect(logged).toEqual(["not a message: this is no message"]);
  });

  it("tells no capability of any thread with the process's last words, cut ones neither", async () => {
    const token = "Ab-_".repeat(10) + "xyz";
    const line = `\u001b[31mERROR\u001b[0m for url (http://127.0.0.1:1/mcp/${token})\n`;
    const lastOf = async (words: string) => {
      const { connection, closed } = connect();
      void connection.request("tell", { words }, 60_000);
      return (await closed).cause;
    };
    expect(await lastOf(line)).toBe("ERROR for url (http://127.0.0.1:1/mcp/[capability])\n");
    const cut = await lastOf(`${token}\n${"x".repeat(7_956)}\n`);
    expect(cut).toMatch(/^x+/);
  });

  it("fails every pending call when the process dies, with what it said last", async () => {
    const { connection, closed } = connect();
    const pending = connection.request("silent", {}, 60_000);
    const dying = connection.request("die", {}, 60_000);
    const why = await closed;
    expect(why).toMatchObject({ code: "UNAVAILABLE", cause: "about to die\n" });
    expect(await pending).toEqual({ ok: false, error: why });
    expect(await dying).toEqual({ ok: false, error: why });
    expect(await connection.request("echo", {}, 5_000)).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
  });

  it("breaks off at a line of more than 10 MB", async () => {
    const { connection, closed } = connect();
    const pending = connection.request("long", {}, 60_000);
    expect(await closed).toMatchObject({ code: "TOO_LARGE" });
    expect(await pending).toMatchObject({ ok: false, error: { code: "TOO_LARGE" } });
  });

  it("says so when the program cannot be run", async () => {
    const { connection, closed } = connect("/no/such/program");
    expect(await closed).toMatchObject({ code: "UNAVAILABLE" });
    expect(await connection.request("echo", {}, 5_000)).toMatchObject({ ok: false });
  });

  it("answers the server's own requests by their id, whether number or text", async () => {
    const { connection, told } = connect();
    connection.notify("say", { id: "x", method: "please", params: {} });
    connection.respond("abc", { yes: true });
    connection.respond(7, { yes: false });
    await expect
      .poll(() => told.map((one) => one.params))
      .toEqual([
        { id: "abc", result: { yes: true } },
        { id: 7, result: { yes: false } },
        { id: "x", result: undefined },
      ]);
  });

  it("takes the whole process group with it", async () => {
    const { connection } = connect();
    const child = await connection.request("child", {}, 5_000);
    const pid = child.ok && typeof child.value === "number" ? child.value : 0;
    expect(alive(pid)).toBe(true);
    await connection.close();
    await expect.poll(() => alive(pid)).toBe(false);
    expect(alive(connection.pid ?? 0)).toBe(false);
  });
});
