// Runs the tests of test/ in one process; words after the command choose files by their path.
import { readdirSync } from "node:fs";

const words = process.argv.slice(2);
const folder = new URL("../test/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".test.js")).sort();
const chosen = files.filter((name) => words.length === 0 || words.some((word) => name.includes(word)));
if (chosen.length === 0) {
  console.error(`No test file matches: ${words.join(" ")}`);
  process.exit(2);
}
for (const name of chosen) await import(new URL(name, folder));
