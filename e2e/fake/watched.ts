import type { Page } from "@playwright/test";

/** Gives the page notifications that can be looked at, a badge, and a visibility that a test decides. */
export async function giveNotifications(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shown: FakeNotification[] = [];
    let hidden = false;
    class FakeNotification extends EventTarget {
      static permission: NotificationPermission = "default";
      static requestPermission(): Promise<NotificationPermission> {
        FakeNotification.permission = "granted";
        return Promise.resolve("granted");
      }
      isOpen = true;
      readonly title: string;
      readonly options: NotificationOptions;
      constructor(title: string, options: NotificationOptions) {
        super();
        this.title = title;
        this.options = options;
        shown.push(this);
      }
      close(): void {
        this.isOpen = false;
        this.dispatchEvent(new Event("close"));
      }
    }
    const test = {
      badge: 0,
      hide(): void {
        hidden = true;
        document.dispatchEvent(new Event("visibilitychange"));
      },
      standing: () => shown.filter(({ isOpen }) => isOpen).map(({ title, options }) => [title, options.body]),
      choose: (title: string) =>
        shown.find((one) => one.isOpen && one.title === title)?.dispatchEvent(new Event("click")),
      told: () => shown.length,
    };
    Object.defineProperty(document, "visibilityState", { get: () => (hidden ? "hidden" : "visible") });
    Object.assign(window, { Notification: FakeNotification, notificationTest: test });
    Object.assign(navigator, { setAppBadge: (count: number) => Promise.resolve(void (test.badge = count)) });
  });
}

interface NotificationTest {
  readonly badge: number;
  hide(): void;
  standing(): [title: string, body: string][];
  choose(title: string): void;
  told(): number;
}

/** Asks the notifications of `giveNotifications`. */
export function inTest<T>(
  page: Page,
  ask: "badge" | "hide" | "standing" | "told" | { readonly choose: string },
): Promise<T> {
  return page.evaluate((what) => {
    const { notificationTest: test } = window as unknown as { notificationTest: NotificationTest };
    if (typeof what !== "string") return test.choose(what.choose) as never;
    const answer = test[what];
    return (typeof answer === "function" ? answer.call(test) : answer) as never;
  }, ask);
}
