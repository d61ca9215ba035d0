import { expect, it } from "vitest";
import { looksLikeTest, testWords } from "./looks-like-test.ts";

it.each([
  "npm test",
  "CI=1 npm run test:unit -- --reporter dot",
  "npx vitest run src",
  "cd packages/a && pnpm test",
  "bash -lc 'cargo test --all'",
  '/bin/bash -lc "pytest -q"',
  "go test ./...",
  "./gradlew check",
  "python -m pytest",
  "node --test",
])("takes %j for a run of tests", (command) => {
  expect(looksLikeTest(command)).toBe(true);
  expect(testWords.some((word) => command.includes(word))).toBe(true);
});

it.each([
  "cat test/notify.test.js",
  "git commit -m 'test'",
  "rg test src",
  "ls tests",
  "npm install jest",
  "echo test",
  "",
])("takes %j for none", (command) => expect(looksLikeTest(command)).toBe(false));
