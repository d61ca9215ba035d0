import { useState, type ReactNode } from "react";

/** Whether this browser shows notifications, and the way to let it: it asks only when the human wants it to. */
export function BrowserNotifications(): ReactNode {
  const [permission, setPermission] = useState(permissionNow);
  switch (permission) {
    case "default":
      return (
        <p className="setting-more">
          <button
            type="button"
            className="verb"
            onClick={() => void Notification.requestPermission().then(setPermission)}
          >
            Let this browser show them
          </button>
        </p>
      );
    case "denied":
      return (
        <p className="setting-more">
          This browser shows none for this address; its own settings of the site can allow them.
        </p>
      );
    case "granted":
      return <p className="setting-more">This browser shows them while the page is hidden.</p>;
    case "host":
      return null;
  }
}

function permissionNow(): NotificationPermission | "host" {
  // The desktop program has notifications of its own, and does not let a page show any.
  if (window.location.protocol === "app:" || navigator.userAgent.includes("Electron/")) return "host";
  return "Notification" in window ? Notification.permission : "denied";
}
