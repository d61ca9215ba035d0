import { fileURLToPath } from "node:url";
import { defineConfig } from "oxlint";

/** Proofs and tools, which read what they themselves have just made. */
const proofs = ["**/*.test.ts", "**/test-*.ts", "**/*.test.tsx", "e2e/**", "bench/**", "scripts/**"];

/** Programs whose output is a terminal. */
const programs = [
  "src/cli/**",
  "src/main/doctor/main.ts",
  "src/main/server/main.ts",
  "scripts/**",
  "bench/**",
  "e2e/**",
];

/** Where a process begins, and so where its environment is read and turned into arguments. */
const entries = [
  "src/cli/main.ts",
  "src/main/doctor/main.ts",
  "src/main/server/main.ts",
  "src/main/electron/main.ts",
  "src/main/agents/scripted/program.ts",
  "scripts/**",
  "bench/**",
  "e2e/**",
  "*.config.ts",
  "**/*.test.ts",
];

/** Tools that read their configuration from a default export. */
const defaultExports = ["*.config.ts", "lint/plugin.ts", "scripts/skip-reporter.mjs", "lint/fixtures/*.config.ts"];

export default defineConfig({
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: "error" },
  plugins: ["eslint", "typescript", "unicorn", "oxc", "import", "promise", "react", "jsx-a11y", "vitest"],
  jsPlugins: [fileURLToPath(new URL("lint/plugin.ts", import.meta.url))],
  ignorePatterns: ["out", ".cache", "lint/fixtures", "assets/demo"],
  categories: { correctness: "error" },
  rules: {
    "typescript/no-explicit-any": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/no-unsafe-argument": "error",
    "typescript/no-unsafe-assignment": "error",
    "typescript/no-unsafe-call": "error",
    "typescript/no-unsafe-member-access": "error",
    "typescript/no-unsafe-return": "error",
    "typescript/no-unnecessary-type-assertion": "error",
    "typescript/no-import-type-side-effects": "error",
    "typescript/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
    "typescript/only-throw-error": "error",
    "typescript/prefer-promise-reject-errors": "error",
    "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    // What createX(deps) returns is closures, which need no `this`.
    "typescript/unbound-method": "off",
    // `String(thrown)` is how anything thrown is told; the rule cannot see that it is the last resort.
    "typescript/no-base-to-string": "off",
    "typescript/ban-ts-comment": "error",
    "typescript/no-namespace": "error",
    "eslint/eqeqeq": ["error", "always", { null: "ignore" }],
    "eslint/no-restricted-properties": [
      "error",
      {
        object: "process",
        property: "env",
        message: "Read the environment where the process begins (main.ts) and pass what is needed down as arguments.",
      },
    ],
    "eslint/no-console": "error",
    "eslint/no-var": "error",
    "eslint/prefer-const": "error",
    "eslint/no-param-reassign": "error",
    "eslint/max-depth": ["error", 4],
    "eslint/complexity": ["error", { max: 20, variant: "modified" }],
    "import/no-cycle": "error",
    "import/no-default-export": "error",
    "import/no-self-import": "error",
    "import/no-duplicates": "error",
    "promise/no-multiple-resolved": "error",
    // What can be reached and read is proved on the built screens, by keyboard and with axe; these guess from the source.
    "jsx-a11y/click-events-have-key-events": "off",
    "jsx-a11y/no-autofocus": "off",
    "jsx-a11y/no-noninteractive-element-interactions": "off",
    "jsx-a11y/no-noninteractive-element-to-interactive-role": "off",
    "jsx-a11y/no-noninteractive-tabindex": "off",
    "jsx-a11y/prefer-tag-over-role": "off",
    // These are for the React compiler, which is not used.
    "react/incompatible-library": "off",
    "react/exhaustive-deps": "error",
    "react/no-danger": "error",
    "react/rules-of-hooks": "error",
    // Properties and stands assert in functions of their own.
    "vitest/expect-expect": "off",
    "vitest/no-conditional-expect": "off",
    "vitest/no-standalone-expect": "off",
    "vitest/require-to-throw-message": "off",
    "vitest/valid-expect": ["error", { maxArgs: 2 }],
    "vitest/no-focused-tests": "error",
  },
  overrides: [
    { files: ["src/**"], rules: { "coxswain/walls": "error", "coxswain/no-re-export": "error" } },
    { files: programs, rules: { "eslint/no-console": "off" } },
    { files: entries, rules: { "eslint/no-restricted-properties": "off" } },
    { files: defaultExports, rules: { "import/no-default-export": "off" } },
    {
      files: proofs,
      rules: {
        "eslint/max-depth": "off",
        "react/rules-of-hooks": "off",
        "typescript/require-array-sort-compare": "off",
        "typescript/no-non-null-assertion": "off",
        "typescript/no-unsafe-argument": "off",
        "typescript/no-unsafe-assignment": "off",
        "typescript/no-unsafe-call": "off",
        "typescript/no-unsafe-member-access": "off",
        "typescript/no-unsafe-return": "off",
      },
    },
  ],
});
