import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { desktop } from "./test-desktop.ts";
import { createWindowStateFile, visibleBounds } from "./window-state.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "cox-window-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const kept = { bounds: { x: 100, y: 60, width: 1200, height: 800 }, maximized: true };

describe("where the window stood", () => {
  it("is kept whole, for its user only", () => {
    const file = createWindowStateFile(path.join(folder, "window-state.json"));
    file.write({ ...kept, maximized: false });
    file.write(kept);
    expect(file.read()).toEqual(kept);
    expect(readdirSync(folder)).toEqual(["window-state.json"]);
    expect(statSync(path.join(folder, "window-state.json")).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["another shape", "[]"],
    ["a size of nothing", JSON.stringify({ ...kept, bounds: { ...kept.bounds, width: 0 } })],
    ["no number", JSON.stringify({ ...kept, bounds: { ...kept.bounds, x: null } })],
    ["a size beyond every screen", JSON.stringify({ ...kept, bounds: { ...kept.bounds, height: 1e9 } })],
    ["a half written file", JSON.stringify(kept).slice(0, 30)],
  ])("is forgotten where the file holds %s", (_name, text) => {
    writeFileSync(path.join(folder, "window-state.json"), text);
    expect(createWindowStateFile(path.join(folder, "window-state.json")).read()).toBeUndefined();
  });

  it("is lost without harm where nothing can be written", () => {
    const file = createWindowStateFile(path.join(folder, "no-such-folder", "window-state.json"));
    expect(() => file.write(kept)).not.toThrow();
    expect(file.read()).toBeUndefined();
  });

  it("is where it opens again, and is written when it closes", async () => {
    const { seen, written, electron } = await desktop({ windowState: kept });
    expect(seen.windows[0]!.options).toMatchObject(kept.bounds);
    expect(seen.windows[0]!.maximized).toBe(true);
    seen.windows[0]!.maximized = false;
    seen.windows[0]!.bounds = { x: 5, y: 6, width: 700, height: 500 };
    electron.app.quit();
    expect(written.at(-1)).toEqual({ bounds: { x: 5, y: 6, width: 700, height: 500 }, maximized: false });
  });

  it("is given up where its screen is gone", async () => {
    const away = { bounds: { x: 4_000, y: 60, width: 2_400, height: 1_200 }, maximized: false };
    const { seen } = await desktop({ windowState: away });
    expect(seen.windows[0]!.options).toMatchObject({ width: 1920, height: 1040 });
    expect(seen.windows[0]!.options).not.toHaveProperty("x");
  });

  it("is usual the first time", async () => {
    const { seen } = await desktop();
    expect(seen.windows[0]!.options).toMatchObject({ width: 1440, height: 900 });
    expect(seen.windows[0]!.maximized).toBe(false);
  });
});

describe("bounds", () => {
  const left = { x: 0, y: 0, width: 1920, height: 1040 };
  const right = { x: 1920, y: -200, width: 1280, height: 1024 };

  it("are kept while a screen shows enough of the title bar to catch it", () => {
    for (const bounds of [
      { x: 0, y: 0, width: 800, height: 600 },
      { x: -600, y: 10, width: 800, height: 600 },
      { x: 3_000, y: -200, width: 800, height: 600 },
      { x: 1_700, y: 900, width: 800, height: 600 },
    ]) {
      expect(visibleBounds(bounds, [left, right])).toEqual(bounds);
    }
  });

  it("lose their place otherwise, and what no screen can hold", () => {
    expect(visibleBounds({ x: -790, y: 10, width: 800, height: 600 }, [left])).toEqual({ width: 800, height: 600 });
    expect(visibleBounds({ x: 10, y: -30, width: 800, height: 600 }, [left])).toEqual({ width: 800, height: 600 });
    expect(visibleBounds({ x: 10, y: 1_030, width: 800, height: 600 }, [left])).toEqual({ width: 800, height: 600 });
    expect(visibleBounds({ x: 9_000, y: 0, width: 5_000, height: 600 }, [left])).toEqual({ width: 1920, height: 600 });
    expect(visibleBounds({ x: 9_000, y: 0, width: 800, height: 600 }, [])).toEqual({ width: 800, height: 600 });
  });
});
