import { useEffect, useRef, useState, type ReactNode } from "react";
import { isMac } from "./kbd.tsx";
import { printKeys } from "../../keys/print.ts";

/** After this long no further press is waited for. Milliseconds. */
const settleMs = 1_200;
const longest = 4;

/**
 * Takes the next key, chord or sequence that is pressed in it. Escape and Tab mean what they always mean, so that nobody is caught
 * here.
 */
export function KeyField(props: {
  label: string;
  pressOf: (event: KeyboardEvent, isMac: boolean) => string | undefined;
  /** Told when nothing more is pressed for a moment. */
  onPressed: (binding: string) => void;
}): ReactNode {
  const { label, pressOf, onPressed } = props;
  const [presses, setPresses] = useState<readonly string[]>([]);
  const tell = useRef(onPressed);
  useEffect(() => {
    tell.current = onPressed;
  });
  useEffect(() => {
    if (presses.length === 0) return;
    const timer = setTimeout(() => {
      tell.current(presses.join(" "));
      setPresses([]);
    }, settleMs);
    return () => clearTimeout(timer);
  }, [presses]);
  return (
    <input
      className="key-field"
      readOnly
      autoFocus
      aria-label={label}
      placeholder={label}
      value={presses.length === 0 ? "" : `${printKeys(presses.join(" "), isMac)} …`}
      onKeyDown={(event) => {
        if (event.key === "Escape" || (event.key === "Tab" && !event.ctrlKey && !event.altKey && !event.metaKey))
          return;
        event.preventDefault();
        event.stopPropagation();
        const press = pressOf(event.nativeEvent, isMac);
        if (press !== undefined) setPresses((before) => (before.length < longest ? [...before, press] : [press]));
      }}
    />
  );
}
