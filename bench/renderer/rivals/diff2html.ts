import { html } from "diff2html";
import "diff2html/bundles/css/diff2html.min.css";

/** What the best-known library does: the whole patch as one page, without highlighting. */
Object.assign(window, {
  async showPatch(): Promise<number> {
    const patch = await (await fetch("/patch")).text();
    const began = performance.now();
    const main = document.querySelector("main");
    if (main !== null) main.innerHTML = html(patch, { drawFileList: false, outputFormat: "line-by-line" });
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - began;
  },
});
