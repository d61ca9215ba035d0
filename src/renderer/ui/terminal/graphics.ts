import type { Terminal } from "@xterm/xterm";

/** Drivers that draw with the processor: slower than the page itself. */
const inSoftware = /swiftshader|llvmpipe|software|basic render/i;

/** Has a terminal drawn by the graphics processor, where there is one, until that is lost; the page draws it else. */
export async function drawWithGraphics(terminal: Terminal, isOpen: () => boolean): Promise<void> {
  if (!hasGraphics(document.createElement("canvas"))) return;
  const { WebglAddon } = await import("@xterm/addon-webgl");
  if (!isOpen()) return;
  try {
    const addon = new WebglAddon();
    addon.onContextLoss(() => addon.dispose());
    terminal.loadAddon(addon);
  } catch {
    // It was promised and is not there after all.
  }
}

function hasGraphics(canvas: HTMLCanvasElement): boolean {
  const graphics = canvas.getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (graphics === null) return false;
  const names = graphics.getExtension("WEBGL_debug_renderer_info");
  const driver: unknown = names === null ? "" : graphics.getParameter(names.UNMASKED_RENDERER_WEBGL);
  // A browser holds sixteen of them at most.
  graphics.getExtension("WEBGL_lose_context")?.loseContext();
  return !inSoftware.test(String(driver));
}
