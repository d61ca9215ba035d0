/**
 * The door to every command of package.json. It runs on the machine's own Node, from 20 on, before anything is
 * installed, so it and what it imports use Node's own modules only.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { ensureBuild } from "./build.mjs";
import { ensureDependencies } from "./install.mjs";
import { packageProduct, readPackageOptions } from "./package.mjs";
import { nodeProgram } from "./pinned-node.mjs";
import { become, exitOnSignals, root, say, Stop } from "./run.mjs";
import { checkOptions, start } from "./start.mjs";
import { check, e2e, test } from "./steps.mjs";

/** @type {Record<string, (args: readonly string[]) => Promise<number | void>>} */
const commands = {
  start: async (args) => {
    await ensureBuild();
    return start(args);
  },
  dev: (args) => become(nodeProgram(), [path.join(root, "scripts", "dev.mjs"), ...args]),
  build: () => ensureBuild(),
  check,
  test,
  e2e,
  bench: async ([name, ...args]) => {
    if (name === undefined)
      return void process.stdout.write(
        benchNames()
          .map((one) => `npm run bench -- ${one}\n`)
          .join(""),
      );
    const script = benchScript(name);
    await ensureBuild();
    return become(nodeProgram(), [script, ...args]);
  },
  package: packageProduct,
  soak: async (args) => {
    await ensureBuild();
    return become(nodeProgram(), [path.join(root, "e2e", "soak", "soak.ts"), ...args]);
  },
};

const benches = path.join(root, "bench");

/** Each `bench/*.ts` is one; what they share lies in folders below. */
function benchNames() {
  return readdirSync(benches).flatMap((file) => /^([a-z-]+)\.ts$/.exec(file)?.[1] ?? []);
}

function benchScript(/** @type {string} */ name) {
  const names = benchNames();
  if (names.includes(name)) return path.join(benches, `${name}.ts`);
  throw new Stop(`There is no bench called ${name}.`, `npm run bench -- ${names.join(" | ")}`);
}

async function main() {
  const [name = "", ...args] = process.argv.slice(2);
  const command = commands[name];
  if (command === undefined)
    throw new Stop(`There is no command called "${name}".`, `Use one of: ${Object.keys(commands).join(", ")}.`);
  if (name === "start" || name === "dev") checkOptions(args);
  if (name === "package") readPackageOptions(args);
  await ensureDependencies();
  process.exitCode = (await command(args)) ?? 0;
}

exitOnSignals();
try {
  await main();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  say(error.message);
  say(`next: ${error.next}`);
  process.exitCode = 1;
}
