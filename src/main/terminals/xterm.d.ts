/** The same modules that bundlers take: what Node takes by the packages' names has no named exports. */
declare module "@xterm/headless/lib-headless/xterm-headless.mjs" {
  export const Terminal: typeof import("@xterm/headless").Terminal;
}
declare module "@xterm/addon-unicode11/lib/addon-unicode11.mjs" {
  export const Unicode11Addon: typeof import("@xterm/addon-unicode11").Unicode11Addon;
}
