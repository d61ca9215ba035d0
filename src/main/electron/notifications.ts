import type { TallyItem } from "../../contract/tally.ts";
import type { Link } from "./deep-link.ts";
import type { DesktopNotification, ElectronParts } from "./parts.ts";

/** More than these, at once or standing together, become one. */
const maxSingle = 3;
/** Lines of one that stands for many. */
const maxLines = 4;
const maxBody = 160;

export interface NotifierDeps extends Pick<ElectronParts, "Notification"> {
  readonly platform: NodeJS.Platform;
  /** Whether the human looks at the window now: then nothing is told beside it. */
  readonly isWatched: () => boolean;
  /** The human chose one. */
  readonly open: (link: Link) => void;
}

export interface Notifier {
  /** What holds work up now. What is new among it is told, and what is no longer among it taken back. */
  tell(items: readonly TallyItem[]): void;
  close(): void;
}

interface Standing {
  /** The items it stands for. */
  readonly ids: ReadonlySet<string>;
  isOnScreen: boolean;
}

/** Tells the human outside the window what waits for them. It never takes the focus, and each thing is told once. */
export function createNotifier({ Notification, platform, isWatched, open }: NotifierDeps): Notifier {
  const told = new Set<string>();
  /** Kept, because a notification that nobody has is never clicked. */
  const standing = new Map<DesktopNotification, Standing>();

  function takeBack(wanted: ReadonlySet<string>): void {
    for (const [notification, { ids }] of standing) {
      if ([...ids].some((id) => wanted.has(id))) continue;
      standing.delete(notification);
      notification.close();
    }
    for (const id of told) if (!wanted.has(id)) told.delete(id);
  }

  function show(items: readonly TallyItem[], words: { title: string; body: string }, link: Link): void {
    const literal = platform === "linux" ? unmarked : (text: string) => text;
    const notification = new Notification({ title: literal(words.title), body: literal(words.body) });
    const stands: Standing = { ids: new Set(items.map(({ id }) => id)), isOnScreen: true };
    standing.set(notification, stands);
    notification.on("click", () => open(link));
    // It may still lie in the system's list of old ones, from which it is to be taken back too.
    notification.on("close", () => (stands.isOnScreen = false));
    notification.show();
  }

  return {
    tell(items) {
      takeBack(new Set(items.map(({ id }) => id)));
      const fresh = items.filter(({ id }) => !told.has(id));
      for (const { id } of fresh) told.add(id);
      if (fresh.length === 0 || isWatched() || !Notification.isSupported()) return;
      const onScreen = [...standing].filter(([, { isOnScreen }]) => isOnScreen);
      if (fresh.length + onScreen.length <= maxSingle) {
        for (const item of fresh) show([item], oneWords(item), linkTo(item));
        return;
      }
      const shown = new Set(onScreen.flatMap(([, { ids }]) => [...ids]));
      for (const [notification] of onScreen) {
        standing.delete(notification);
        notification.close();
      }
      const all = items.filter((item) => shown.has(item.id) || fresh.includes(item));
      show(all, manyWords(all), { kind: "go" });
    },
    close() {
      takeBack(new Set());
    },
  };
}

const asks: Readonly<Partial<Record<TallyItem["kind"], string>>> = {
  approval: "asks for an approval",
  question: "has a question",
  failed: "failed",
  stalled: "gives no sign of life",
  budget: "has used up its budget",
  rounds: "goes in circles",
  harness: "changed files it is judged by",
  consent: "needs your consent",
  frozen: "is frozen",
};

function oneWords(item: TallyItem): { title: string; body: string } {
  return { title: nameOf(item), body: clipped(item.ask) };
}

function manyWords(items: readonly TallyItem[]): { title: string; body: string } {
  const lines = items.slice(0, maxLines).map(nameOf);
  const more = items.length - lines.length;
  return {
    title: `${items.length} things need you`,
    body: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n"),
  };
}

function nameOf({ workstream, kind }: TallyItem): string {
  const who = workstream === undefined ? "A project" : `#${workstream.number} ${workstream.name}`;
  return clipped(`${who} ${asks[kind] ?? "needs you"}`);
}

function linkTo({ workstream }: TallyItem): Link {
  return workstream === undefined ? { kind: "go" } : { kind: "go", workstream: workstream.id };
}

/**
 * What an author or a ticket wrote must not be read as markup, which may be links and pictures on Linux, nor keep a text from being
 * shown because it is none. Whether a desktop reads any cannot be asked here, and one that does not would show escapes.
 */
function unmarked(text: string): string {
  return text.replaceAll("<", "‹").replaceAll(">", "›").replaceAll("&", "＆");
}

function clipped(text: string): string {
  return text.length <= maxBody ? text : `${text.slice(0, maxBody - 1)}…`;
}
