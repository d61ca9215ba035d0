import { useId, useLayoutEffect, useRef, type ReactNode } from "react";
import "./dialog.css";

/** Floats over the screen and holds the focus until it is closed; Esc closes it, and the focus goes back where it was. */
export function Dialog(props: { title: string; wide?: boolean; onClose: () => void; children: ReactNode }): ReactNode {
  const { title, wide = false, onClose, children } = props;
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // While it is still in the page, closing it gives the focus back to what had it.
  useLayoutEffect(() => {
    const dialog = box.current;
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    // The browser chooses the first that can have it; a dialog may know better.
    dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={box}
      className="dialog"
      data-wide={wide}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === box.current) onClose();
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}
