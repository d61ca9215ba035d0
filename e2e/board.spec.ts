import { expect, test, type Page } from "@playwright/test";
import { kendallTau } from "../src/contract/kendall.ts";
import type { AttentionKind } from "../src/contract/states.ts";
import { byHand, plants, type Plant } from "./board/plants.ts";
import { setBoard, type BoardStage } from "./board/stage.ts";

/**
 * Fifteen tickets with approvals, questions, conflicts, a used-up budget, a change of harness files and failures planted in
 * them, brought to `ready` from the keyboard alone; what that cost the human is printed.
 */
test.describe.configure({ timeout: 120_000 });

let stage: BoardStage;

test.beforeAll(async () => {
  stage = await setBoard();
});

test.afterAll(() => stage.close());

/** How many plants of each kind wait for the human, and so hold work up. */
const holding: Partial<Record<AttentionKind, Plant>> = {
  approval: "approval",
  question: "question",
  conflict: "conflict",
  budget: "budget",
  harness: "harness",
};

const rows = (page: Page) => page.locator("[data-item]");

test("steers fifteen planted tickets to ready with a few keys each", async ({ page }) => {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  let keys = 0;
  const press = async (key: string): Promise<void> => {
    keys += 1;
    await page.keyboard.press(key);
  };

  const ids = await stage.startAll();
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const phases = async () => (await stage.client.workstream.list()).map(({ phase }) => phase);
  const waiting = async () => (await stage.client.attention.list()).filter(({ kind }) => kind in holding);
  await expect.poll(async () => (await phases()).filter((phase) => phase === "ready").length, slow).toBe(6);
  await stage.moveMain();
  await expect.poll(async () => (await waiting()).length, slow).toBe(byHand.length);

  const items = new Map((await waiting()).map((item) => [item.id, item]));
  const tau = kendallTau(
    [...items.values()].map(({ workstreamId = "" }) => names.get(workstreamId) ?? workstreamId),
    byHand,
  );
  expect(tau).toBeGreaterThan(0.8);

  await page.goto(stage.url);
  await expect(rows(page)).not.toHaveCount(0, slow);
  const began = Date.now();
  for (let decided = 0; decided < byHand.length; decided += 1) {
    // One key brings what is most urgent, unless it is there already because the one before it was decided.
    if (!items.has(await selected(page))) await press("Control+j");
    await expect.poll(async () => items.has(await selected(page)), slow).toBe(true);
    const id = await selected(page);
    await settle(page, items.get(id)?.kind, press);
    const row = page.locator(`[data-item="${id}"]:not([data-gone=true])`);
    await expect(row).toHaveCount(0, slow);
    // What settles by itself stays in its place until it is said that it may go.
    if ((await page.locator(`[data-item="${id}"]`).count()) > 0) await press(".");
  }
  const handsOn = (Date.now() - began) / 1_000;
  await expect.poll(async () => new Set(await phases()), slow).toEqual(new Set(["ready"]));
  expect(complaints).toEqual([]);

  const costs = await Promise.all(
    plants.map(async ({ name, plant }) => {
      const { human } = await stage.client.workstream.usage({ workstreamId: ids.get(name) ?? "" });
      return { name, plant, human };
    }),
  );
  const focused = costs.map(({ human }) => human.focusedMs / 1_000);
  const continued = costs.reduce((sum, { human }) => sum + human.continues, 0);
  for (const { name, plant, human } of costs) {
    console.log(`board: ${name} (${plant}): ${(human.focusedMs / 1_000).toFixed(2)} s focused`);
  }
  const mean = focused.reduce((sum, seconds) => sum + seconds, 0) / focused.length;
  console.log(
    `board: 15 of 15 ready; focused ${mean.toFixed(2)} s a workstream, ${Math.max(...focused).toFixed(2)} s at most; ` +
      `${keys} keys for ${byHand.length} decisions in ${handsOn.toFixed(1)} s; said "continue" ${continued} times; Kendall τ ${tau.toFixed(2)}`,
  );
  expect(continued).toBe(0);
  // One for each, and what a budget, a look and a split more take.
  expect(keys).toBeLessThanOrEqual(byHand.length * 3);
});

const selected = (page: Page) =>
  page.evaluate(() => document.querySelector("[data-item][aria-current=true]")?.getAttribute("data-item") ?? "");

const slow = { timeout: 60_000 };

/** Decides about the selected item, as the hint bar says it is done. */
async function settle(
  page: Page,
  kind: AttentionKind | undefined,
  press: (key: string) => Promise<void>,
): Promise<void> {
  switch (kind) {
    case "approval":
      await expect(page.locator("[data-request]")).toHaveAttribute("data-whole", "true");
      return press("a");
    case "question":
      await expect(page.locator("[data-request]")).toHaveAttribute("data-whole", "true");
      return press("1");
    case "conflict":
      return press("Shift+B");
    case "budget":
      await press("b");
      await page.getByRole("dialog").waitFor();
      for (const digit of "99999") await press(digit);
      return press("Enter");
    case "harness":
      await press("w");
      await page.getByRole("dialog").waitFor();
      for (const letter of "a map") await press(letter);
      await expect(page.getByRole("dialog").getByRole("button", { name: "Let it pass" })).toBeEnabled();
      return press("Enter");
    default:
      throw new Error(`Nobody said what to do about ${String(kind)}.`);
  }
}
