import type { TallyItem } from "./tally.ts";

/** More than these, at once or standing together, become one. */
const maxSingle = 3;
/** Lines of one that stands for many. */
const maxLines = 4;
const maxBody = 160;

/** What a notification says. A system that knows tags shows one of each. */
export interface NotificationWords {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
}

/** What becomes of a shown notification by itself. */
interface Hands {
  /** The human chose it. */
  readonly onChosen: () => void;
  /** It is no longer on the screen. It may still lie in the system's list of old ones, from which it is to be taken back too. */
  readonly onGone: () => void;
}

export interface NotifierDeps {
  /** Whether the human looks at the window now: then nothing is told beside it. */
  readonly isWatched: () => boolean;
  /** Whether the system would show one. */
  readonly canShow: () => boolean;
  /** Shows one without taking the focus; answers with how it is taken back. */
  readonly show: (words: NotificationWords, hands: Hands) => () => void;
  /** The human chose what is about one item, or about many. */
  readonly open: (item: TallyItem | undefined) => void;
}

export interface Notifier {
  /** What blocks now. What is new among it is told, and what is no longer among it taken back. */
  tell(items: readonly TallyItem[]): void;
  close(): void;
}

interface Standing {
  /** The items it stands for. */
  readonly ids: ReadonlySet<string>;
  readonly takeBack: () => void;
  isOnScreen: boolean;
}

/**
 * Decides what the human is told outside the window: one notification for each kind of thing in each workstream, and each
 * thing once. Both hosts' notifications follow it.
 */
export function createNotifier({ isWatched, canShow, show, open }: NotifierDeps): Notifier {
  /** Every item that was told, by what it is one of. */
  const told = new Map<string, string>();
  const standing = new Set<Standing>();

  function forget(wanted: ReadonlySet<string>): void {
    for (const one of standing) if (![...one.ids].some((id) => wanted.has(id))) withdraw(one);
    for (const id of told.keys()) if (!wanted.has(id)) told.delete(id);
  }

  function withdraw(one: Standing): void {
    standing.delete(one);
    one.takeBack();
  }

  function put(items: readonly TallyItem[], words: NotificationWords, about: TallyItem | undefined): void {
    let isOnScreen = true;
    const takeBack = show(words, {
      onChosen: () => open(about),
      onGone: () => {
        isOnScreen = false;
      },
    });
    const ids = new Set(items.map(({ id }) => id));
    standing.add({
      ids,
      takeBack,
      get isOnScreen() {
        return isOnScreen;
      },
    });
  }

  return {
    tell(items) {
      forget(new Set(items.map(({ id }) => id)));
      const groups = new Set(told.values());
      const fresh = items.filter((item) => {
        const group = groupOf(item);
        if (groups.has(group)) return false;
        groups.add(group);
        told.set(item.id, group);
        return true;
      });
      if (fresh.length === 0 || isWatched() || !canShow()) return;
      const onScreen = [...standing].filter(({ isOnScreen }) => isOnScreen);
      if (fresh.length + onScreen.length <= maxSingle) {
        for (const item of fresh) put([item], oneWords(item), item);
        return;
      }
      const shown = new Set(onScreen.flatMap(({ ids }) => [...ids]));
      for (const one of onScreen) withdraw(one);
      const all = items.filter((item) => shown.has(item.id) || fresh.includes(item));
      put(all, manyWords(all), undefined);
    },
    close: () => forget(new Set()),
  };
}

/** One workstream asks for one kind of thing at a time, as far as somebody elsewhere is concerned. */
function groupOf({ id, kind, workstream }: TallyItem): string {
  return workstream === undefined ? id : `${workstream.id} ${kind}`;
}

const asks: Readonly<Partial<Record<TallyItem["kind"], string>>> = {
  approval: "asks for an approval",
  question: "has a question",
  failed: "failed",
  stalled: "gives no sign of life",
  budget: "has used up its budget",
  rounds: "goes in circles",
  frozen: "is frozen",
};

function oneWords(item: TallyItem): NotificationWords {
  return { title: nameOf(item), body: clipped(item.ask), tag: groupOf(item) };
}

function manyWords(items: readonly TallyItem[]): NotificationWords {
  const lines = items.slice(0, maxLines).map(nameOf);
  const more = items.length - lines.length;
  return {
    title: `${items.length} things need you`,
    body: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n"),
    tag: "many",
  };
}

function nameOf({ workstream, kind }: TallyItem): string {
  if (kind === "disk") return "The disk is nearly full";
  const who = workstream === undefined ? "A project" : `#${workstream.number} ${workstream.name}`;
  return clipped(`${who} ${asks[kind] ?? "needs you"}`);
}

function clipped(text: string): string {
  return text.length <= maxBody ? text : `${text.slice(0, maxBody - 1)}…`;
}
