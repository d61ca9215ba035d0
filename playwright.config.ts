import { defineConfig } from "@playwright/test";
import { chromiumArgs, findChromium } from "./scripts/chromium.mjs";
import { findElectron, missingDisplay } from "./scripts/electron-runtime.mjs";

const executablePath = findChromium();
const hasWindow = findElectron() !== undefined && missingDisplay() === undefined;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  forbidOnly: process.env["CI"] !== undefined,
  timeout: 60_000,
  // One for each of two cores: much of their time they wait for the page. What waits for both is given longer than usual.
  workers: 2,
  expect: { timeout: 10_000 },
  projects: [
    {
      name: "web",
      testMatch: "**/*.spec.ts",
      testIgnore: "**/*.electron.spec.ts",
      use: {
        browserName: "chromium",
        viewport: { width: 1440, height: 900 },
        // A trace of every step costs as much as the tests themselves; `--trace on` has it for the one that is looked into.
        trace: "off",
        screenshot: "only-on-failure",
        launchOptions: { args: chromiumArgs(), ...(executablePath === undefined ? {} : { executablePath }) },
      },
    },
    ...(hasWindow ? [{ name: "electron", testMatch: "**/*.electron.spec.ts" }] : []),
  ],
});
