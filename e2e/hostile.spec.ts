import { expect, test as base, type Locator, type Page } from "@playwright/test";
import { buildWindow, type BuiltWindow } from "./fake/built-window.ts";
import { startFakeEngine, type FakeEngine } from "./fake/fake-engine.ts";
import { poison } from "./fake/hostile.ts";
import { askForCommand } from "./fake/waiting.ts";

interface Fixtures {
  readonly engine: FakeEngine;
  /** What the page did that no content may have it do. */
  readonly done: string[];
}

/** Whatever repositories, authors and tickets write, in every place where it is shown: it neither runs, breaks nor deceives. */
const test = base.extend<Fixtures, { readonly built: BuiltWindow }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  built: [async ({}, use) => use(await buildWindow()), { scope: "worker" }],
  engine: async ({ built }, use) => {
    const engine = await startFakeEngine({ count: 9, hostile: true, diff: "hostile" }, built);
    await use(engine);
    await engine.close();
  },
  done: [
    async ({ page, engine }, use) => {
      const done: string[] = [];
      page.on("dialog", (dialog) => {
        done.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on("popup", (popup) => done.push(`opened ${popup.url()}`));
      page.on("pageerror", (error) => done.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error" || /Content Security/.test(message.text())) done.push(message.text());
      });
      page.on("request", (request) => {
        const { protocol } = new URL(request.url());
        const isOwn = request.url().startsWith(engine.origin) || protocol === "data:" || protocol === "blob:";
        if (!isOwn) done.push(`asked for ${request.url()}`);
      });
      page.on("framenavigated", (frame) => {
        if (!/^(about:blank|http:\/\/127\.0\.0\.1:)/.test(frame.url())) done.push(`went to ${frame.url()}`);
      });
      await use(done);
      expect(done).toEqual([]);
    },
    { auto: true },
  ],
});
test.use({ viewport: { width: 900, height: 640 } });

const dialog = (page: Page) => page.getByRole("dialog");
const ask = (page: Page) => page.locator("[data-request]");

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

async function open(page: Page, engine: FakeEngine, at: "queue" | "grid" | number): Promise<void> {
  await page.goto(at === "queue" ? engine.home : engine.url);
  if (at === "queue") return expect(page.getByRole("listbox")).toBeFocused();
  await expect(page.locator("[data-tile]")).toHaveCount(Object.keys(engine.state().workstreams).length);
  if (at === "grid") return undefined;
  await press(page, `Alt+${String(at)}`);
  return expect(page.getByRole("tablist")).toBeVisible();
}

/** Nothing of it became markup, stands outside of the window, or lies over what stands around it. */
async function expectInert(page: Page): Promise<void> {
  const wrong = await page.evaluate(() => {
    const found: string[] = [];
    const within = (root: ParentNode): Element[] =>
      [...root.querySelectorAll("*")].flatMap((one) => [
        one,
        ...(one.shadowRoot === null ? [] : within(one.shadowRoot)),
      ]);
    const clips = (element: Element): boolean => {
      for (let up = element.parentElement; up !== null; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== "visible" && up !== document.body && up !== document.documentElement)
          return true;
      }
      return element.getRootNode() !== document;
    };
    if (document.documentElement.scrollWidth > window.innerWidth) found.push("the page is wider than the window");
    if (document.documentElement.scrollHeight > window.innerHeight) found.push("the page is higher than the window");
    for (const element of within(document.body)) {
      const { right, width } = element.getBoundingClientRect();
      const name = `${element.tagName} ${element.className}`;
      if (width > 0 && right > window.innerWidth + 1 && !clips(element)) found.push(`${name} ends at ${String(right)}`);
      if (
        /^(IFRAME|SCRIPT|OBJECT|EMBED|BASE|FORM|META|LINK)$/.test(element.tagName) &&
        !/decline|comment|composer|dialog|field/.test(element.className)
      )
        found.push(name);
      if (
        element.matches("a[href], img:not([src^='blob:'], [src^='data:']), [onerror], [onload], [onfocus], [ontoggle]")
      )
        found.push(name);
      const title = element.getAttribute("title") ?? element.getAttribute("aria-label") ?? "";
      if (/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u.test(title.replaceAll("\n", "")))
        found.push(`${name} is said to be ${JSON.stringify(title.slice(0, 80))}`);
    }
    return [...new Set(found)];
  });
  expect(wrong).toEqual([]);
  await expect(page).toHaveTitle(/^(\d+ needs? you · )?Coxswain|· Coxswain$/);
}

/** Whether the characters of each line stand in the order in which they are, and all of them are seen. */
async function expectAsWritten(shown: Locator): Promise<void> {
  const turned = await shown.evaluate((root) => {
    const found: string[] = [];
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    let last = { top: -1, left: -1 };
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const text = node.nodeValue ?? "";
      if (/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u.test(text.replaceAll("\n", "")))
        found.push(`unseen in ${text}`);
      for (let at = 0; at < text.length; at += 1) {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const { top, left, width } = range.getBoundingClientRect();
        if (width === 0) continue;
        if (Math.abs(top - last.top) < 8 && left < last.left - 1)
          found.push(`${text.slice(0, at + 1)} is turned round`);
        last = { top, left };
      }
    }
    return found;
  });
  expect(turned).toEqual([]);
}

test("an approval is shown whole, as it is, and not answered before", async ({ page, engine }) => {
  askForCommand(
    engine,
    7,
    `echo אבג 12 \u202e\u2800\ufe01\u001b]0;\u0007\r${"safe ".repeat(400)}\u00a0; rm -rf ~`,
    900,
  );
  await open(page, engine, "queue");
  const row7 = page.locator("[data-item][aria-current=true]");
  await expect(row7).toContainText("echo");
  await expectAsWritten(row7.locator(".queue-ask"));
  await expect(row7.locator(".queue-ask")).toContainText("U+001B");
  await expect(page.getByText("Scroll to its end to answer")).toBeAttached();
  await press(page, "Space");
  const command = ask(page).locator(".ask-subject .command-text");
  await expect(command).toContainText("rm -rf ~");
  for (const name of ["U+202E", "U+2800", "U+FE01", "U+001B", "U+0007", "U+000D", "U+00A0"])
    await expect(command.locator(".mark", { hasText: name })).toHaveCount(1);
  await expectAsWritten(command);
  await expectInert(page);
  await press(page, "a", "Shift+A");
  await ask(page).locator(".ask-body").focus();
  await press(page, "End");
  await expect(ask(page)).toHaveAttribute("data-whole", "true");
  await expect(ask(page).locator(".ask-body")).toBeInViewport({ ratio: 0.97 });
  expect(engine.sent).toEqual([]);
  await press(page, "a");
  await expect.poll(() => engine.sent.map(({ name }) => name)).toEqual(["answer"]);
});

test("an approval that is pushed out of view is not answered before it was in view", async ({ page, engine }) => {
  const { tell, ids, state } = engine;
  const row = state().workstreams[ids.workstream(7)];
  if (row === undefined) throw new Error("There is no seventh workstream.");
  const title = "a\u202e\u200b ".repeat(75);
  tell({ type: "workstream.created", workstream: { ...row, ticket: { ...row.ticket, title } } });
  askForCommand(engine, 7, `npm test${"\n".repeat(7)}rm -rf ~`, 900);
  await page.setViewportSize({ width: 900, height: 480 });
  await page.clock.install();
  await open(page, engine, "queue");
  await press(page, "Space");
  await expect(ask(page)).toContainText("rm -rf ~");
  // Long enough for any ask that is in view.
  await page.clock.runFor(2_000);
  await expect(ask(page)).toHaveAttribute("data-whole", "false");
  await press(page, "a", "Shift+A");
  expect(engine.sent).toEqual([]);
  await page.clock.resume();
  await ask(page).locator(".ask-body").focus();
  await press(page, "End");
  await expect(ask(page)).toHaveAttribute("data-whole", "true");
  await expect(ask(page).locator(".ask-body")).toBeInViewport({ ratio: 0.97 });
  expect(engine.sent).toEqual([]);
});

test("several approvals are shown whole before one verb answers them", async ({ page, engine }) => {
  askForCommand(engine, 7, `echo ${"\u202e\u2066 ".repeat(300)} rm -rf ~/אבג/12`, 900);
  await open(page, engine, "queue");
  await press(page, "Shift+J", "Space");
  const bulk = page.locator(".bulk");
  await expect(bulk).toContainText("2 marked");
  for (const each of await bulk.locator(".command-text").all()) await expectAsWritten(each);
  await expectInert(page);
});

test("the queue, the grid, a tile and a transcript show it as text", async ({ page, engine }) => {
  poison(engine, 7);
  await open(page, engine, "queue");
  await expectInert(page);
  await open(page, engine, "grid");
  await expectInert(page);
  await page.locator('[data-tile="w000000007"]').focus();
  await press(page, "Space");
  await expect(page.getByRole("region", { name: "Enlarged" })).toBeVisible();
  await expectInert(page);
  await press(page, "Enter");
  await expect(page.getByText("(javascript:alert(1))").first()).toBeAttached();
  for (let item = 0; item < 5; item += 1) await press(page, "Enter", "k");
  await expectInert(page);
  for (const shown of await page.locator(".transcript .command-text:visible").all()) await expectAsWritten(shown);
  await press(page, "4");
  await expect(page.getByText("U+202E").first()).toBeVisible();
  await expectInert(page);
  await press(page, "5");
  await expectInert(page);
});

test("a diff, its files, its threads and what is written to its author show it as text", async ({ page, engine }) => {
  poison(engine, 7);
  await open(page, engine, 7);
  await press(page, "s");
  await page.keyboard.type("see @retry");
  const offered = page.getByRole("option");
  await expect(offered.filter({ hasText: "--output=retry" })).toContainText("U+000A");
  for (const each of await offered.locator(".command-text").all()) await expectAsWritten(each);
  await expectInert(page);
  await open(page, engine, 7);
  await press(page, "3");
  await expect(page.locator("diffs-container").first()).toBeAttached();
  await press(page, "p");
  const line = (text: string) => page.locator("[data-line]", { hasText: text }).first();
  await expect(line('"user⟦U+202E⟧ ⟦U+2066⟧// only for admins⟦U+2069⟧ ⟦U+2066⟧"')).toBeAttached();
  await expect(line("isAdmin⟦U+200B⟧")).toContainText('"⟦U+E0061⟧⟦U+E0062⟧⟦U+FE01⟧"; // ⟦U+3164⟧ <script>');
  await expect(page.getByRole("complementary", { name: "Review" })).toContainText("U+202E");
  await expectInert(page);
  await press(page, "f");
  await expect(dialog(page)).toContainText("U+202E");
  for (const each of await dialog(page).locator(".command-text").all()) await expectAsWritten(each);
  await expectInert(page);
});

test("attempts, hits, worktrees, settings and the palette show it as text", async ({ page, engine }) => {
  poison(engine, 7);
  await open(page, engine, 7);
  await press(page, "g", "c");
  await expect(page.locator(".compare-files").first()).toBeAttached();
  await expectInert(page);
  await press(page, "g", "/");
  await page.keyboard.type("evil");
  await expect(page.locator("[data-kind=hit]").first()).toBeVisible();
  await press(page, "ArrowDown", "Space");
  await expectInert(page);
  await press(page, "Escape", "Escape", "g", "w");
  await expect(page.getByRole("listbox", { name: "Worktrees" })).toBeVisible();
  await expectInert(page);
  await press(page, "Control+k");
  await page.keyboard.type("img");
  await expect(page.getByRole("option").first()).toContainText("<img src=x");
  await expectInert(page);
});

test("settings from a hostile file are told and not taken", async ({ page, engine }) => {
  await open(page, engine, "grid");
  const settings = `{"theme":"</script><img src=x onerror=alert(1)>","__proto__":{"theme":"dark"},"constructor":1,"\\u202e<b>${"x".repeat(3_000)}":1}`;
  await press(page, ",", "i");
  await page.locator("textarea").fill(`{"coxswain":"settings","version":1,"settings":${settings}}`);
  await expect(dialog(page)).toContainText("is left out");
  await expect(dialog(page)).toContainText("Nothing would change.");
  await expectInert(page);
  await press(page, "Control+Enter");
  expect(engine.sent).toEqual([]);
});
