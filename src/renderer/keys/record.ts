const modifiers: ReadonlySet<string> = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Dead"]);

type Pressed = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey">;

/** What was pressed, as a binding is written; undefined for a modifier alone. */
export function pressOf({ key, shiftKey, ctrlKey, altKey, metaKey }: Pressed, isMac: boolean): string | undefined {
  if (modifiers.has(key) || key === "Unidentified" || key === "Process") return undefined;
  const isCharacter = /^\S$/u.test(key);
  const isLetter = key.toLowerCase() !== key.toUpperCase();
  const name = key === " " ? "Space" : isCharacter ? key.toLowerCase() : key;
  const held = [
    (isMac ? metaKey : ctrlKey) && "$mod",
    (isMac ? ctrlKey : metaKey) && (isMac ? "Control" : "Meta"),
    altKey && "Alt",
    // A character that is no letter may need Shift on one keyboard and not on another.
    isCharacter && !isLetter ? "[Shift]" : shiftKey && "Shift",
  ].filter((one) => one !== false);
  // Without the optional Shift a digit reads as it is typed.
  const shown = held.filter((one) => one !== "[Shift]" || (!/\d/.test(name) && shiftKey));
  return [...shown, name].join("+");
}
