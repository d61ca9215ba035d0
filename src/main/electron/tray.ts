import type { MenuItemConstructorOptions } from "electron";
import type { Tally } from "../../contract/tally.ts";
import type { ElectronParts } from "./parts.ts";
import { trayPicture } from "./tray-picture.ts";

export interface TrayDeps extends Pick<ElectronParts, "Menu" | "nativeImage" | "Tray"> {
  readonly isMac: boolean;
  readonly open: () => void;
  /** Shows what needs the human most. */
  readonly showUrgent: () => void;
  readonly quit: () => void;
  /** Takes back that the program quits once nothing works any more. */
  readonly stay: () => void;
}

export interface TraySays {
  /** Undefined while no engine tells. */
  readonly tally: Tally | undefined;
  /** Whether the program quits once nothing works any more. */
  readonly isLeaving: boolean;
}

/** Shows beside the clock how many things block and how many workstreams work. */
export function createTray(deps: TrayDeps): { say(what: TraySays): void; close(): void } {
  const { size, scale, pixels } = trayPicture(deps.isMac);
  const image = deps.nativeImage.createFromBitmap(pixels, { width: size, height: size, scaleFactor: scale });
  if (deps.isMac) image.setTemplateImage(true);
  const tray = new deps.Tray(image);
  tray.on("click", deps.open);
  let said: string | undefined;

  function say(what: TraySays): void {
    const words = wordsOf(what);
    // Building a menu closes one that is open, so it is built anew only when it says something else.
    if (said === JSON.stringify(words)) return;
    said = JSON.stringify(words);
    tray.setToolTip(["Coxswain", words.waiting, words.working].filter((line) => line !== undefined).join(" · "));
    if (deps.isMac) tray.setTitle(words.count);
    tray.setContextMenu(deps.Menu.buildFromTemplate(template(deps, words, what)));
  }

  say({ tally: undefined, isLeaving: false });
  return { say, close: () => tray.destroy() };
}

interface TrayWords {
  readonly waiting: string | undefined;
  readonly working: string | undefined;
  readonly count: string;
}

function wordsOf({ tally, isLeaving }: TraySays): TrayWords {
  if (tally === undefined) return { waiting: undefined, working: "The engine is not there", count: "" };
  const working = tally.working === 0 ? "Nothing is working" : `${tally.working} working`;
  return {
    waiting: tally.waiting === 0 ? "Nothing blocks" : `${tally.waiting} blocking`,
    working: isLeaving ? `${working}; quits after that` : working,
    count: tally.waiting === 0 ? "" : String(tally.waiting),
  };
}

function template(deps: TrayDeps, words: TrayWords, { tally, isLeaving }: TraySays): MenuItemConstructorOptions[] {
  return [
    ...(words.waiting === undefined
      ? []
      : [{ label: words.waiting, enabled: (tally?.waiting ?? 0) > 0, click: deps.showUrgent }]),
    { label: words.working ?? "", enabled: false },
    { type: "separator" },
    { label: "Open Coxswain", click: deps.open },
    isLeaving ? { label: "Do not quit", click: deps.stay } : { label: "Quit…", click: deps.quit },
  ];
}
