import { channels } from "../contract/channels.ts";
import { pageNewsSchema, type PageNews } from "../contract/host.ts";
import { activeCommands, commands } from "./keys/commands.ts";
import { isOpen } from "./keys/command.ts";
import { jump } from "./keys/next.ts";
import type { App } from "./store/app.ts";

/** Does what the desktop host asks of this page: as far as the human could do it here with a key, and no further. */
export function followHost(page: Window, app: App): void {
  page.addEventListener("message", ({ source, data }: MessageEvent<unknown>) => {
    if (source !== page || typeof data !== "object" || data === null) return;
    if (!("channel" in data) || data.channel !== channels.news || !("told" in data)) return;
    const news = pageNewsSchema.safeParse(data.told).data;
    if (news !== undefined) hear(app, news);
  });
}

function hear(app: App, news: PageNews): void {
  switch (news.kind) {
    case "command":
      return runFromMenu(app, news.id);
    case "go":
      return whenKnown(app, () => goTo(app, news.workstream));
    case "offer-project":
      return whenKnown(app, () => offerProject(app, news.path));
    case "notice":
      return app.actions.show({ hostNotice: news.notice ?? undefined });
  }
}

/** A menu is open to the human in every place; a command is not. */
function runFromMenu(app: App, id: string): void {
  const command = commands.find((one) => one.id === id);
  if (command === undefined || app.stores.view.getState().overlay !== undefined) return;
  if (activeCommands(app).some((active) => active.id === id)) return command.run(app);
  const next = "Press ? for the keys that work here.";
  app.actions.notify({ tone: "failed", text: `“${command.title}” does not apply here now.`, next });
}

/** Waits for the first word of the fleet, without which no workstream is known. */
function whenKnown(app: App, act: () => void): void {
  const { engine } = app.stores;
  if (engine.getState().seq !== undefined) return act();
  const leave = engine.subscribe(({ seq }) => {
    if (seq === undefined) return;
    leave();
    act();
  });
}

function goTo(app: App, wanted: string | undefined): void {
  const { actions, stores } = app;
  actions.openOverlay(undefined);
  if (wanted === undefined) {
    actions.go({ screen: "queue" });
    return jump(app);
  }
  const all = Object.values(stores.engine.getState().fleet.workstreams);
  const found = all.find(({ id, number }) => id === wanted || String(number) === wanted);
  if (found !== undefined) return actions.go({ screen: "workstream", number: found.number, tab: "transcript" });
  const next = "It may have been put away; `cox list --all` has those too.";
  actions.notify({ tone: "failed", text: `There is no workstream ${wanted} here.`, next });
}

/** Asks the human whether to open a folder; nothing of it is read before. */
export function offerProject(app: App, path: string): void {
  if (!isOpen(app)) return;
  app.actions.show({ offered: path });
  app.actions.openOverlay("project");
}
