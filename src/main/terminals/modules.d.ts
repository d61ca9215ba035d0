/** The same modules that bundlers take: what Node takes by the packages' names has no named exports. */
declare module "@xterm/headless/lib-headless/xterm-headless.mjs" {
  export const Terminal: typeof import("@xterm/headless").Terminal;
}
declare module "@xterm/addon-unicode11/lib/addon-unicode11.mjs" {
  export const Unicode11Addon: typeof import("@xterm/addon-unicode11").Unicode11Addon;
}
/** Named down to the file: out of an archive, Electron finds what is named so in the same way everywhere. */
declare module "@lydell/node-pty/index.js" {
  const pty: typeof import("@lydell/node-pty");
  export default pty;
}
