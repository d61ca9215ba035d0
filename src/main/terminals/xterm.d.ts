/** The same modules that bundlers take: what Node takes by the packages' names has no named exports. */
declare module "@xterm/headless/lib-headless/xterm-headless.mjs" {
  export const Terminal: typeof import("@xterm/headless").Terminal;
}
declare module "@xterm/addon-serialize/lib/addon-serialize.mjs" {
  export const SerializeAddon: typeof import("@xterm/addon-serialize").SerializeAddon;
}
