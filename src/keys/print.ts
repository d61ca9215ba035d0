const onMac: Readonly<Record<string, string>> = { $mod: "⌘", Meta: "⌘", Control: "⌃", Shift: "⇧", Alt: "⌥" };
const elsewhere: Readonly<Record<string, string>> = {
  $mod: "Ctrl",
  Meta: "Super",
  Control: "Ctrl",
  Shift: "Shift",
  Alt: "Alt",
};

const printed: Readonly<Record<string, string>> = {
  Escape: "Esc",
  Enter: "↵",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "Page Up",
  PageDown: "Page Down",
  Backspace: "Backspace",
  Delete: "Del",
  Insert: "Ins",
  Home: "Home",
  End: "End",
  Space: "Space",
  Tab: "Tab",
};

/** A binding as it stands on the keys: `$mod+Shift+Enter` is Ctrl+Shift+↵, and ⌘⇧↵ on a Mac. */
export function printKeys(binding: string, isMac: boolean): string {
  const names = isMac ? onMac : elsewhere;
  return binding
    .split(" ")
    .map((press) =>
      press
        .replaceAll(/\[[^\]]*\]\+/g, "")
        .split(/(?<=\w)\+/)
        .map((key, _at, { length }) => names[key] ?? printed[key] ?? (length > 1 ? key.toUpperCase() : key))
        .join(isMac ? "" : "+"),
    )
    .join(" ");
}
