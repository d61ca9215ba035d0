import { useEffect, useRef, type ReactNode } from "react";
import { drawTerminal, type DrawnTerminal, type TerminalTold } from "./draw-terminal.ts";
import "./terminal-view.css";

export type TerminalHandle = Pick<DrawnTerminal, "grid" | "begin" | "draw" | "resize" | "focus">;

export interface TerminalViewProps extends TerminalTold {
  readonly label: string;
  /** Nothing can be typed; what is shown is the last that was seen. */
  readonly still: boolean;
  /** Changes with the theme. */
  readonly theme: string;
  readonly size: number;
  readonly scrollback: number;
  /** Called once it is there to be drawn into. */
  readonly onReady: (handle: TerminalHandle) => void;
}

/** A terminal that is drawn and typed into. */
export function TerminalView(props: TerminalViewProps): ReactNode {
  const { label, still, theme, size, scrollback, onReady } = props;
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<DrawnTerminal>(undefined);
  // What is called from outside React is the newest that was given.
  const told = useRef<TerminalTold>(props);
  const first = useRef({ onReady, type: { size, scrollback } });
  useEffect(() => {
    told.current = props;
    first.current = { onReady, type: { size, scrollback } };
  });
  useEffect(() => {
    if (place.current === null) return undefined;
    const made = drawTerminal(place.current, label, first.current.type, () => told.current);
    drawn.current = made;
    first.current.onReady(made);
    return () => {
      drawn.current = undefined;
      made.close();
    };
  }, [label]);
  useEffect(() => drawn.current?.look(), [theme]);
  useEffect(() => drawn.current?.retype({ size, scrollback }), [size, scrollback]);
  useEffect(() => drawn.current?.still(still), [still]);
  return <div ref={place} className="terminal-view" role="group" aria-label={label} data-still={still} />;
}
