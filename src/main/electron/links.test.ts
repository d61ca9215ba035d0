import { expect, test } from "vitest";
import { fakeEvent } from "./fake-electron.ts";
import { desktop, settled } from "./test-desktop.ts";

test("leaves a second start to the first one, with what it asks for", async () => {
  const handOver = { link: "coxswain://workstream/7", repo: "/work/pigeon" };
  const second = await desktop({ isFirst: false, handOver });
  expect(second.seen).toMatchObject({ log: ["will quit", "over"], windows: [], children: [], handedOver: handOver });

  const first = await desktop();
  first.electron.app.emit("second-instance", fakeEvent({}), [], "/", {});
  expect(first.seen.log).toEqual(["sandbox", "restore", "focus"]);
  expect(first.news()).toEqual([]);
});

test.each([
  ["a link", { link: "coxswain://workstream/7" }, { kind: "go", workstream: "7" }],
  ["a repository", { repo: "/work/pigeon" }, { kind: "offer-project", path: "/work/pigeon" }],
  [
    "a link to a repository",
    { link: "coxswain://open?path=/work/pigeon" },
    { kind: "offer-project", path: "/work/pigeon" },
  ],
])("follows %s that a second start brings", async (_name, data, told) => {
  const { electron, news, seen } = await desktop();
  electron.app.emit("second-instance", fakeEvent({}), [], "/", data);
  expect(news()).toEqual([told]);
  expect(seen.children[0]!.words).toEqual([]);
});

test.each([
  ["nothing", undefined],
  ["no texts", { link: 7, repo: ["/work"] }],
  ["a link that is none of ours", { link: "coxswain://start?text=do" }],
  ["a path without end", { repo: `/${"a".repeat(10_000)}` }],
])("comes forward and follows nothing when a second start brings %s", async (_name, data) => {
  const { electron, news, seen } = await desktop();
  electron.app.emit("second-instance", fakeEvent({}), ["coxswain://workstream/7"], "/", data);
  expect(news()).toEqual([]);
  expect(seen.log).toContain("focus");
});

test("follows the link it was started with once the page can", async () => {
  const { news } = await desktop({ handOver: { link: "coxswain://attention", repo: "/work/pigeon" } });
  // The repository is opened by the engine that this start has made.
  expect(news()).toEqual([{ kind: "go" }]);
});

test("follows links that macOS hands over, the one that started it too", async () => {
  const early = fakeEvent({});
  const { electron, news } = await desktop({
    platform: "darwin",
    before: ({ electron: { app } }) => queueMicrotask(() => app.emit("open-url", early, "coxswain://workstream/3")),
  });
  expect(early.defaultPrevented).toBe(true);
  await settled();
  expect(news()).toEqual([{ kind: "go", workstream: "3" }]);
  electron.app.emit("open-url", fakeEvent({}), "coxswain://workstream/4");
  electron.app.emit("open-url", fakeEvent({}), "https://example.com");
  await settled();
  expect(news().slice(1)).toEqual([{ kind: "go", workstream: "4" }]);
});

test("keeps the last link for a page that is being loaded, and menu items for none", async () => {
  const { electron, seen, news } = await desktop();
  const { webContents } = seen.windows[0]!;
  webContents.emit("did-start-loading");
  for (const link of ["coxswain://workstream/1", "coxswain://workstream/2"]) {
    electron.app.emit("second-instance", fakeEvent({}), [], "/", { link });
  }
  expect(news()).toEqual([]);
  webContents.emit("did-finish-load");
  expect(news()).toEqual([{ kind: "go", workstream: "2" }]);
});

test("says whose links these are only where no installer does", async () => {
  const packaged = (platform: NodeJS.Platform) =>
    desktop({ platform, before: ({ electron: { app } }) => void (app.isPackaged = true) });
  expect((await packaged("win32")).seen.linkSchemes).toEqual(["coxswain"]);
  expect((await packaged("linux")).seen.linkSchemes).toEqual([]);
  expect((await desktop({ platform: "win32" })).seen.linkSchemes).toEqual([]);
});
