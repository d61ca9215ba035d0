import { channels } from "../../contract/channels.ts";
import type { HostNotice, PageNews } from "../../contract/host.ts";
import type { Link } from "./deep-link.ts";
import type { DesktopWindow } from "./parts.ts";

/** Tells the window's page what the host knows. What matters to a page that is still loading is told when it is there. */
export interface PageTeller {
  /** A command means what is shown now: a page that is not there does not get it later. */
  command(id: string): void;
  follow(link: Link): void;
  /** Stands until another one takes its place, in a page that is loaded again too. */
  notice(notice: HostNotice | undefined): void;
}

export function createPageTeller(window: DesktopWindow): PageTeller {
  let isLoaded = false;
  let pending: Link | undefined;
  let standing: HostNotice | undefined;

  const tell = (news: PageNews): void => {
    if (!window.isDestroyed()) window.webContents.send(channels.news, news);
  };
  window.webContents.on("did-start-loading", () => {
    isLoaded = false;
  });
  window.webContents.on("did-finish-load", () => {
    isLoaded = true;
    if (standing !== undefined) tell({ kind: "notice", notice: standing });
    if (pending !== undefined) tell(pending);
    pending = undefined;
  });

  return {
    command(id) {
      if (isLoaded) tell({ kind: "command", id });
    },
    follow(link) {
      if (isLoaded) tell(link);
      else pending = link;
    },
    notice(notice) {
      if (notice === standing) return;
      standing = notice;
      if (isLoaded) tell({ kind: "notice", notice: notice ?? null });
    },
  };
}
