import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `require("electron")` outside Electron tries to download it, so tests only ever meet the typed double. */
const electronDouble = fileURLToPath(new URL("src/main/electron/fake-electron.ts", import.meta.url));

const shared = {
  resolve: { alias: { electron: electronDouble } },
};

const common = {
  environment: "node",
  restoreMocks: true,
  unstubEnvs: true,
} as const;

const slow = ["src/**/*.real.test.ts", "e2e/**/*.real.test.ts"];

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      {
        ...shared,
        test: {
          ...common,
          name: "unit",
          include: [
            "src/**/*.test.{ts,tsx}",
            "lint/**/*.test.ts",
            "scripts/**/*.test.ts",
            "bench/**/*.test.ts",
            "e2e/**/*.test.ts",
          ],
          exclude: slow,
          // A worker takes one file after the other: a process for each of 170 would be half of the minute a check may take.
          // No file mocks a module or stubs a global, so that none can leave anything to the next.
          isolate: false,
          testTimeout: 15_000,
        },
      },
      {
        ...shared,
        test: {
          ...common,
          name: "real",
          include: slow,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One for each of two cores: much of their time they wait for processes.
          maxWorkers: 2,
        },
      },
    ],
  },
});
