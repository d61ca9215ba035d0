import { Info, Unplug } from "lucide-react";
import type { ReactNode } from "react";
import "./link-banner.css";

/** Says that what is shown may be old, and since when. */
export function LinkBanner({ text, onRetry }: { text: string; onRetry?: () => void }): ReactNode {
  return (
    <div className="link-banner" role="alert">
      <Unplug aria-hidden size={14} />
      <span>{text}</span>
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try now
        </button>
      )}
    </div>
  );
}

/** What the program itself has to say: that it is about to quit, or what became of the engine. */
export function HostBanner({ text, onStay }: { text: string; onStay?: () => void }): ReactNode {
  return (
    <div className="link-banner" data-tone="host" role="status">
      <Info aria-hidden size={14} />
      <span>{text}</span>
      {onStay !== undefined && (
        <button type="button" onClick={onStay}>
          Do not quit
        </button>
      )}
    </div>
  );
}

/** A whole screen that says one thing and what helps. */
export function Placard(props: { title: string; children?: ReactNode; alert?: boolean }): ReactNode {
  const { title, children, alert = false } = props;
  return (
    <main className="placard" role={alert ? "alert" : undefined}>
      <h1>{title}</h1>
      {children}
    </main>
  );
}
