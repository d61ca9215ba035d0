import { describe, expect, it } from "vitest";
import { createRoom } from "./room.ts";

const limits = { low: 5_000_000_000, floor: 1_000_000_000 };

/** A disk whose free bytes the test decides. */
function disk(free: number) {
  const now = { free, total: 10 ** 12 };
  return { now, room: createRoom(() => Promise.resolve(now)) };
}

describe("the room on the disk", () => {
  it("is enough until the floor, and then refused with what to do", async () => {
    const { now, room } = disk(limits.floor);
    expect(await room.room()).toMatchObject({ ok: true });
    now.free -= 1;
    expect(await room.room()).toMatchObject({
      ok: false,
      error: { code: "DISK_FULL", next: expect.stringContaining("cox disk") },
    });
  });

  it("is told when little is left, in words that change only with the limit that was crossed", async () => {
    const { now, room } = disk(limits.low);
    await room.room();
    expect(room.low()).toBeUndefined();
    now.free = limits.low - 1;
    await room.room();
    const first = room.low();
    expect(first).toMatch(/Less than 5\.0 GB is free/);
    now.free -= 1_000_000;
    await room.room();
    expect(room.low()).toBe(first);
    now.free = limits.floor - 1;
    await room.room();
    expect(room.low()).toMatch(/nothing new is started/);
    now.free = limits.low;
    await room.room();
    expect(room.low()).toBeUndefined();
  });

  it("is looked at now and then, and says once that it changed", async () => {
    const { room } = disk(1);
    expect(room.look(0)).toBe(false);
    await Promise.resolve();
    await Promise.resolve();
    await new Promise(setImmediate);
    expect(room.look(1)).toBe(true);
    expect(room.look(2)).toBe(false);
  });

  it("is a part of a small disk", async () => {
    const { now, room } = disk(2_000_000);
    now.total = 64_000_000;
    expect(await room.room()).toMatchObject({ ok: true });
    expect(room.low()).toMatch(/Less than 6\.4 MB/);
    now.free = 1_000_000;
    expect(await room.room()).toMatchObject({ ok: false });
  });

  it("holds nothing against anybody where the disk cannot be asked", async () => {
    const room = createRoom(() => Promise.reject(new Error("no such disk")));
    expect(await room.room()).toMatchObject({ ok: true });
    expect(room.low()).toBeUndefined();
  });
});
