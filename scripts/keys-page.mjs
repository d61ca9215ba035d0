/** Writes docs/keys.md from the table of commands. Runs on the pinned Node, which reads TypeScript. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { keysPage } from "../src/keys/page.ts";
import { root } from "./run.mjs";

writeFileSync(path.join(root, "docs", "keys.md"), keysPage());
