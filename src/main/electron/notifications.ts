import { createNotifier, type Notifier } from "../../contract/notifier.ts";
import type { Link } from "./deep-link.ts";
import type { DesktopNotification, ElectronParts } from "./parts.ts";

export interface NotificationsDeps extends Pick<ElectronParts, "Notification"> {
  readonly platform: NodeJS.Platform;
  /** Whether the human looks at the window now: then nothing is told beside it. */
  readonly isWatched: () => boolean;
  /** The human chose one. */
  readonly open: (link: Link) => void;
}

/** Tells the human what blocks through the system's notifications, which never take the focus. */
export function createNotifications({ Notification, platform, isWatched, open }: NotificationsDeps): Notifier {
  const literal = platform === "linux" ? unmarked : (text: string) => text;
  /** Kept, because a notification that nobody has is never clicked. */
  const kept = new Set<DesktopNotification>();
  return createNotifier({
    isWatched,
    canShow: () => Notification.isSupported(),
    open: (item) =>
      open(item?.workstream === undefined ? { kind: "go" } : { kind: "go", workstream: item.workstream.id }),
    show({ title, body }, { onChosen, onGone }) {
      const notification = new Notification({ title: literal(title), body: literal(body) });
      kept.add(notification);
      notification.on("click", onChosen);
      notification.on("close", onGone);
      notification.show();
      return () => {
        kept.delete(notification);
        notification.close();
      };
    },
  });
}

/**
 * What an author or a ticket wrote must not be read as markup, which may be links and pictures on Linux, nor keep a text from being
 * shown because it is none. Whether a desktop reads any cannot be asked here, and one that does not would show escapes.
 */
function unmarked(text: string): string {
  return text.replaceAll("<", "‹").replaceAll(">", "›").replaceAll("&", "＆");
}
