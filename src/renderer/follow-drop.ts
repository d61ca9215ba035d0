import { offerProject } from "./follow-host.ts";
import type { App } from "./store/app.ts";

/** Longest path that is taken, in characters. */
const longest = 4_096;

/**
 * A folder dropped anywhere on the window is offered to be opened. Where the desktop program shows the page, its preload tells
 * the path; a browser tells it only of what carries one as text, such as a link to a file.
 */
export function followDrops(page: Window, app: App): void {
  page.addEventListener("dragover", (event) => {
    if (carries(event.dataTransfer)) event.preventDefault();
  });
  page.addEventListener("drop", (event) => {
    if (!carries(event.dataTransfer)) return;
    // Otherwise the page would go to what was dropped.
    event.preventDefault();
    const path = pathIn(event.dataTransfer?.getData("text/uri-list") ?? "");
    if (path !== undefined) return offerProject(app, path);
    if (page.location.protocol === "app:") return;
    const next = "Open it by its path: `n` where there is no project yet, else find “Open a project” with Ctrl+K.";
    app.actions.notify({ tone: "failed", text: "A browser does not tell where a dropped folder lies.", next });
  });
}

function carries(given: DataTransfer | null): boolean {
  return given?.types.some((type) => type === "Files" || type === "text/uri-list") ?? false;
}

/** The path of the first `file:` address of a list, https://www.rfc-editor.org/rfc/rfc2483#section-5 */
export function pathIn(list: string): string | undefined {
  const first = list.split(/\r?\n/).find((line) => line.startsWith("file://"));
  if (first === undefined || !URL.canParse(first)) return undefined;
  const { host, pathname } = new URL(first);
  if (host !== "" && host !== "localhost") return undefined;
  try {
    const path = decodeURIComponent(pathname);
    return path.length > 1 && path.length <= longest && !path.includes("\0") ? path : undefined;
  } catch {
    return undefined;
  }
}
