import type { ITerminalOptions, ITheme } from "@xterm/xterm";

const colours = {
  background: "--terminal-ground",
  foreground: "--terminal-text",
  cursor: "--accent",
  cursorAccent: "--terminal-ground",
  selectionBackground: "--terminal-selection",
  black: "--ansi-black",
  red: "--ansi-red",
  green: "--ansi-green",
  yellow: "--ansi-yellow",
  blue: "--ansi-blue",
  magenta: "--ansi-magenta",
  cyan: "--ansi-cyan",
  white: "--ansi-white",
  brightBlack: "--ansi-bright-black",
  brightRed: "--ansi-bright-red",
  brightGreen: "--ansi-bright-green",
  brightYellow: "--ansi-bright-yellow",
  brightBlue: "--ansi-bright-blue",
  brightMagenta: "--ansi-bright-magenta",
  brightCyan: "--ansi-bright-cyan",
  brightWhite: "--ansi-bright-white",
} as const satisfies Partial<Record<keyof ITheme, string>>;

/** Type and colours as theme.css has them here and now; xterm draws by itself and knows no variables. */
export function readLook(place: HTMLElement): Pick<ITerminalOptions, "theme" | "fontFamily" | "lineHeight"> {
  const probe = place.ownerDocument.createElement("span");
  probe.className = "terminal-probe";
  place.append(probe);
  const style = getComputedStyle(probe);
  const theme = Object.fromEntries(
    Object.entries(colours).map(([name, variable]) => {
      probe.style.color = `var(${variable})`;
      return [name, style.color];
    }),
  );
  const look = { theme, fontFamily: style.fontFamily, lineHeight: 1.2 };
  probe.remove();
  return look;
}
