import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";

const test = base.extend<{ readonly engine: FakeEngine }, { readonly built: BuiltWindow }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  built: [async ({}, use) => use(await buildWindow()), { scope: "worker" }],
  engine: async ({ built }, use) => {
    const engine = await startFakeEngine({ count: 15 }, built);
    await use(engine);
    await engine.close();
  },
});
test.use({ viewport: { width: 1280, height: 800 } });

const tiles = (page: Page) => page.locator("[data-tile]");

async function open(page: Page, engine: FakeEngine): Promise<void> {
  await page.goto(engine.url);
  await expect(tiles(page)).not.toHaveCount(0);
}

test("is enlarged by a key in every window, and the next page begins that large", async ({ page, engine, context }) => {
  await open(page, engine);
  const other = await context.newPage();
  await open(other, engine);
  const html = (one: Page) => one.locator("html");
  await page.bringToFront();
  await page.keyboard.press("Control+=");
  await expect(html(page)).toHaveCSS("zoom", "1.1");
  await expect(html(other)).toHaveCSS("zoom", "1.1");
  await engine.leave();
  await expect(page.getByText("Not connected since")).toBeVisible();
  await engine.comeBack();
  await page.reload({ waitUntil: "commit" });
  await expect(html(page)).toHaveCSS("zoom", "1.1");
  await expect(tiles(page)).not.toHaveCount(0);
  await page.keyboard.press("Control+0");
  await expect(html(page)).toHaveCSS("zoom", "1");
});

test("takes over the theme that an older page kept for itself", async ({ page, engine }) => {
  await page.addInitScript(() => {
    if (sessionStorage.getItem("seen") === null) localStorage.setItem("cox.theme", "light");
    sessionStorage.setItem("seen", "yes");
  });
  await open(page, engine);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect.poll(() => engine.state().settings["theme"]).toEqual({ value: "light" });
  await expect.poll(() => page.evaluate(() => localStorage.getItem("cox.theme"))).toBeNull();
});

const dialog = (page: Page) => page.getByRole("dialog");
const row = (page: Page, name: string) => page.locator(`[data-setting="${name}"]`);

async function openSettings(page: Page, engine: FakeEngine): Promise<void> {
  await open(page, engine);
  await page.keyboard.press(",");
  await expect(row(page, "theme").getByRole("radio").first()).toBeFocused();
}

async function askForKeyOf(page: Page, title: string): Promise<void> {
  await page.keyboard.press("/");
  await page.keyboard.type(title);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await expect(dialog(page).getByRole("textbox")).toBeFocused();
}

test("gives a command another key, which works, and takes a key from others only when told", async ({
  page,
  engine,
}) => {
  await openSettings(page, engine);
  await askForKeyOf(page, "go to the worktrees");
  await page.keyboard.press("g");
  await page.keyboard.press("x");
  await expect(dialog(page)).toHaveCount(0);
  await expect(row(page, "keys.go-worktrees").locator(".setting-keys kbd")).toHaveText("g x");
  await page.keyboard.press("g");
  await page.keyboard.press("x");
  await expect(page).toHaveURL(/#\/worktrees$/);

  await page.keyboard.press(",");
  await expect(row(page, "theme").getByRole("radio").first()).toBeFocused();
  await askForKeyOf(page, "make everything smaller");
  await page.keyboard.press("s");
  const clashes = dialog(page).getByRole("list", { name: "Who has it now" });
  await expect(clashes).toContainText("Steer the selected workstream in one line on the grid");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  expect(engine.state().settings["keys"]?.value).toEqual({ "go-worktrees": ["g x"] });

  await page.keyboard.press("Enter");
  await page.keyboard.press("s");
  await expect(clashes).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(row(page, "keys.zoom-out").locator(".setting-keys kbd")).toHaveText("s");
  expect(engine.state().settings["keys"]?.value).toMatchObject({ "zoom-out": ["s"], "steer-here": [], compose: [] });
  await page.keyboard.press("s");
  await expect(page.locator("html")).toHaveCSS("zoom", "0.9");
});

test("imports what was exported, after showing what would change", async ({ page, engine, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openSettings(page, engine);
  await page.keyboard.press("ArrowRight");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("e");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("listitem").filter({ hasText: "Copied the settings." })).toBeVisible();
  await page.keyboard.press("r");
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");

  await page.keyboard.press("i");
  await page.keyboard.press("Control+v");
  await expect(dialog(page).getByRole("listitem")).toHaveText("Theme as the system → dark");
  await page.keyboard.press("Control+Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: "Undo", exact: true }).press("Enter");
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");

  await page.keyboard.press("i");
  await page.keyboard.insertText('{"coxswain":"settings","version":1,"settings":{"zoom":9000,"warp":1}}');
  await expect(dialog(page).getByRole("listitem")).toHaveText([/zoom is left out/, /warp is left out/]);
  await expect(dialog(page).getByRole("button", { name: "Import" })).toBeDisabled();
});

test("loses nothing at 200 % in a window of 1280 pixels", async ({ page, engine }) => {
  await open(page, engine);
  await page.keyboard.press(",");
  await page.keyboard.press("j");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("200");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveCSS("zoom", "2");
  for (const keys of [[], ["g", "g"], ["Alt+1"], ["Control+k"]]) {
    for (const key of keys) await page.keyboard.press(key);
    expect(await overWide(page)).toEqual([]);
  }
  await expect(dialog(page)).toBeInViewport({ ratio: 1 });
});

/** What stands out of the window to a side where nothing can be scrolled. */
function overWide(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll(
        "button, input, textarea, h1, h2, h3, [data-tile], [role=option], header *, footer *",
      ),
    ]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        const scrolled = element.closest(".top-counts, .hints ul, pre, code") !== null;
        return width > 1 && !scrolled && (left < -1 || right > window.innerWidth + 1);
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

for (const name of ["settings", "dialog for a key"]) {
  test(`axe finds nothing on the ${name}, in both themes`, async ({ page, engine }) => {
    await openSettings(page, engine);
    if (name === "settings") {
      await page.keyboard.press("/");
      await page.keyboard.type("theme");
      await expect(row(page, "zoom")).toHaveCount(0);
    } else {
      await askForKeyOf(page, "make everything smaller");
      await page.keyboard.press("s");
      await expect(dialog(page).getByRole("list")).toBeVisible();
    }
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).withTags(axeTags).analyze();
      expect(
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${colorScheme} ${id} ${html.slice(0, 120)}`)),
      ).toEqual([]);
    }
  });
}

test("finds settings and tickets in the palette, remembers what was chosen, and says what does not apply", async ({
  page,
  engine,
}) => {
  await open(page, engine);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("motion");
  await page.keyboard.press("Enter");
  await expect(row(page, "motion").getByRole("radio").first()).toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("option").first()).toContainText("Motion");
  await page.keyboard.type("next hit");
  await expect(page.getByRole("option", { name: "Next hit" })).toBeDisabled();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("wish lists");
  await expect(page.getByRole("option")).toContainText(["Wish lists can be shared ticket"]);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /Wish lists can be shared/ })).toBeFocused();
});
