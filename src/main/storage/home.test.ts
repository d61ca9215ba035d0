import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  statSync,
  symlinkSync,
} from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwrap } from "../../contract/errors.ts";
import { takeEngineLock } from "./engine-lock.ts";
import { openHome, openPrivateFolder } from "./home.ts";
import { createNewId } from "./new-id.ts";
import { socketPath } from "./socket-path.ts";
import { temporaryFolder } from "./test-stand.ts";
import { turnIdSchema, workstreamIdSchema } from "../../contract/ids.ts";

const uid = process.getuid?.() ?? 0;
let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});
afterEach(() => remove());

const modeOf = (file: string) => statSync(file).mode & 0o777;

describe("home", () => {
  it("is made private, and made private again when it was readable", () => {
    const home = unwrap(openHome(path.join(folder, "a", "home"), uid));
    expect(modeOf(home)).toBe(0o700);
    chmodSync(home, 0o755);
    expect(openHome(home, uid)).toEqual({ ok: true, value: realpathSync(home) });
    expect(modeOf(home)).toBe(0o700);
  });

  it("is refused where others can write, where it is not ours, and with a space in its real path", () => {
    mkdirSync(path.join(folder, "open"));
    chmodSync(path.join(folder, "open"), 0o770);
    expect(openHome(path.join(folder, "open"), uid)).toMatchObject({
      error: { next: expect.stringContaining("chmod 700") },
    });
    expect(modeOf(path.join(folder, "open"))).toBe(0o770);
    expect(openHome(path.join(folder, "home"), uid + 1)).toMatchObject({ error: { code: "FORBIDDEN" } });
    mkdirSync(path.join(folder, "with space"));
    symlinkSync(path.join(folder, "with space"), path.join(folder, "link"));
    expect(openHome(path.join(folder, "link"), uid)).toMatchObject({ error: { code: "BAD_REQUEST" } });
  });
});

const linux = process.platform === "linux";

it.runIf(linux)("a folder that the system does not let be made is refused, and not tried forever", () => {
  expect(openHome("/proc/coxswain/home", uid)).toMatchObject({
    error: { code: "UNAVAILABLE", next: expect.stringContaining("--home") },
  });
  expect(openPrivateFolder("/proc/coxswain", uid)).toMatchObject({ error: { code: "UNAVAILABLE" } });
});

const deepHome = `/home/${"x".repeat(120)}`;

describe("socket path", () => {
  it("lies in the home, where agents cannot read it", () => {
    const machine = { uid, runtimeFolder: folder };
    expect(socketPath("/home/someone/.coxswain", machine)).toEqual({
      ok: true,
      value: "/home/someone/.coxswain/engine.sock",
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is short, the same for the same home, and in a private folder where the home's own path is too long", () => {
    const machine = { uid, runtimeFolder: folder };
    const at = unwrap(socketPath(deepHome, machine));
    expect(unwrap(socketPath(deepHome, machine))).toBe(at);
    expect(unwrap(socketPath(`${deepHome}/other`, machine))).not.toBe(at);
    expect(modeOf(path.dirname(at))).toBe(0o700);
    const tooLong = { uid, runtimeFolder: path.join(folder, "x".repeat(80)) };
    const short = unwrap(socketPath(deepHome, tooLong));
    expect(short.startsWith(`/tmp/cox-${uid}/`)).toBe(true);
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(103);
    if (readdirSync(path.dirname(short)).length === 0) rmdirSync(path.dirname(short));
  });

  it("is refused in a folder that others could have laid there", () => {
    mkdirSync(path.join(folder, "real"), { mode: 0o700 });
    symlinkSync(path.join(folder, "real"), path.join(folder, "coxswain"));
    expect(socketPath(deepHome, { uid, runtimeFolder: folder })).toMatchObject({ error: { code: "FORBIDDEN" } });
    expect(openPrivateFolder(path.join(folder, "real"), uid + 1)).toMatchObject({ error: { code: "FORBIDDEN" } });
    chmodSync(path.join(folder, "real"), 0o755);
    expect(openPrivateFolder(path.join(folder, "real"), uid)).toMatchObject({ error: { code: "FORBIDDEN" } });
  });
});

describe("engine lock", () => {
  it("is held by one, names the holder to others, and can be taken again", () => {
    const lock = unwrap(takeEngineLock(folder, 4_711, 0));
    expect(takeEngineLock(folder, 4_712, 1)).toMatchObject({
      error: { code: "CONFLICT", message: expect.stringContaining("process 4711, since 1970-01-01T00:00:00.000Z") },
    });
    lock.release();
    unwrap(takeEngineLock(folder, 4_712, 1)).release();
  });

  it("ends with its process however that ends, even when the process number lives on", async () => {
    const holder = spawn(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { takeEngineLock } from ${JSON.stringify(new URL("engine-lock.ts", import.meta.url).href)};
         console.log(takeEngineLock(${JSON.stringify(folder)}, ${process.pid}, 0).ok);
         setInterval(() => {}, 1000);`,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    expect(String(await once(holder.stdout, "data"))).toBe("true\n");
    expect(takeEngineLock(folder, 1, 1)).toMatchObject({ error: { code: "CONFLICT" } });
    holder.kill("SIGKILL");
    await once(holder, "close");
    unwrap(takeEngineLock(folder, 2, 2)).release();
    expect(readFileSync(path.join(folder, "engine.lock")).length).toBeGreaterThan(0);
  });
});

describe("many engines started at once", () => {
  it("leave the home to exactly one of them", async () => {
    const starters = Array.from({ length: 5 }, () => starter(folder));
    const answers = await Promise.all(starters.map(async ({ stdout }) => String(await once(stdout, "data"))));
    expect(answers.toSorted()).toEqual([...Array.from({ length: 4 }, () => "false\n"), "true\n"]);
    for (const { stdin } of starters) stdin.end();
    await Promise.all(starters.map((child) => once(child, "close")));
  });
});

/** A process that takes the lock, says whether it has it, and keeps it until its standard input ends. */
function starter(home: string) {
  const source = `
    import { takeEngineLock } from ${JSON.stringify(new URL("engine-lock.ts", import.meta.url).href)};
    console.log(takeEngineLock(${JSON.stringify(home)}, process.pid, 0).ok);
    process.stdin.on("end", () => process.exit()).resume();`;
  return spawn(process.execPath, ["--input-type=module", "--eval", source], { stdio: ["pipe", "pipe", "inherit"] });
}

describe("new id", () => {
  it("sorts by time, within a millisecond and when the clock is set back, and never repeats", () => {
    const times = [1_763_600_000_000, 1_763_600_000_000, 1_763_500_000_000, 1_763_600_000_001, 1_863_600_000_000];
    const newId = createNewId({ clock: () => times.shift() ?? 0, random: (bytes) => new Uint8Array(bytes).fill(255) });
    const ids = Array.from({ length: 5 }, () => newId("w"));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) workstreamIdSchema.parse(id);
    expect(turnIdSchema.parse(newId("t"))).toMatch(/^t[0-9a-z]{9}zzzzzzzz$/);
  });
});
