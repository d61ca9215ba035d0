import { cp } from "node:fs/promises";
import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";
import { build } from "vite";
import { thirdPartyNotices } from "./scripts/third-party.mjs";

const notices = thirdPartyNotices("out/THIRD-PARTY-NOTICES.txt");

/** The programs of the engine; all but the doctor stay up. */
const nodePrograms = {
  doctor: "src/main/doctor/main.ts",
  electron: "src/main/electron/main.ts",
  "patch-worker": "src/main/patches/worker.ts",
  "scripted-agent": "src/main/agents/scripted/program.ts",
  server: "src/main/server/main.ts",
  "storage-worker": "src/main/storage/worker.ts",
  "terminal-keeper": "src/main/terminals/keeper.ts",
};

/** The scripted agent looks for its scenarios in the folder beside it, which source and build have alike. */
const scenariosBesideTheirProgram = {
  name: "scenarios-beside-their-program",
  closeBundle: () => cp("src/main/agents/scripted/scenarios", "out/main/scenarios", { recursive: true }),
};

/** `cox` in one file with all it needs: it runs for a moment, and reading its packages would be most of that. */
const coxAlone = {
  name: "cox-alone",
  closeBundle: async () => {
    await build({
      configFile: false,
      logLevel: "warn",
      publicDir: false,
      plugins: [notices],
      ssr: { noExternal: true },
      build: {
        ssr: "src/cli/main.ts",
        outDir: "out/main",
        emptyOutDir: false,
        target: "node24",
        minify: false,
        rolldownOptions: { output: { format: "es", entryFileNames: "cox.js", codeSplitting: false } },
      },
    });
  },
};

/** Nothing is painted before the page knows the human's theme and zoom, which it keeps for that. */
const firstFrameIsRight = {
  name: "first-frame-is-right",
  transformIndexHtml: {
    order: "post" as const,
    handler: (html: string) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
};

/** Built here for the product, and by scripts/dev.mjs on each change. */
export const renderer = {
  root: "src/renderer",
  plugins: [react(), firstFrameIsRight],
  build: {
    outDir: "out/renderer",
    // Every asset is a file, so that the content security policy can forbid inline data.
    assetsInlineLimit: 0,
    minify: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: "src/renderer/index.html" } },
  },
};

export default defineConfig({
  main: {
    plugins: [scenariosBesideTheirProgram, coxAlone, notices],
    build: {
      outDir: "out/main",
      target: "node24",
      // Only what package.json calls a dependency, for it cannot be built in: finding and reading hundreds of files of
      // packages would be a third of the engine's start.
      externalizeDeps: true,
      minify: false,
      rolldownOptions: {
        input: nodePrograms,
        output: {
          format: "es",
          entryFileNames: "[name].js",
          // One flat folder: a program finds its siblings beside import.meta.url, whichever chunk asks.
          chunkFileNames: "[name]-[hash].js",
        },
      },
    },
  },
  preload: {
    plugins: [notices],
    build: {
      outDir: "out/preload",
      externalizeDeps: false,
      minify: false,
      rolldownOptions: {
        input: { index: "src/preload/index.ts" },
        // A sandboxed preload can only be CommonJS, and can only require electron.
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: { ...renderer, plugins: [...renderer.plugins, notices] },
});
