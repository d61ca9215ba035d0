import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blowsOf, moments, nameOf, victims, type Blow } from "./chaos/moments.ts";
import { expectedEnds, type Ends } from "./chaos/proof.ts";
import { makePlace, mortalEngines, run, type Outcome } from "./chaos/run.ts";
import { kill } from "./chaos/strike.ts";
import type { EngineProcess } from "./engine-process.ts";
import { temporaryFolder } from "./scenarios/repositories.ts";

/** How many kills in all, and how many in each run. `COXSWAIN_CHAOS_SEED=N` plays one run again. */
const kills = Number(process.env["COXSWAIN_CHAOS_KILLS"] ?? 60);
const killsEach = 10;
const only = process.env["COXSWAIN_CHAOS_SEED"];
const seeds = only === undefined ? Array.from({ length: Math.ceil(kills / killsEach) }, (_, n) => n) : [Number(only)];

let folder: { path: string; remove: () => Promise<void> };
let undisturbed: Ends;
const engines: EngineProcess[] = [];
const struck: string[] = [];

async function play(name: string, blows: readonly Blow[], commit: "ask" | "engine"): Promise<Outcome> {
  const place = path.join(folder.path, name);
  await makePlace(place, commit);
  return run({ folder: place, blows, startEngine: mortalEngines(engines), strike: kill });
}

beforeAll(async () => {
  const cache = fileURLToPath(new URL("../.cache/", import.meta.url));
  await mkdir(cache, { recursive: true });
  folder = await temporaryFolder(cache);
  ({ ends: undisturbed } = await play("undisturbed", [], "ask"));
}, 120_000);

afterAll(async () => {
  // Those of runs that failed; the others are gone.
  for (const engine of engines) engine.kill("SIGKILL");
  await Promise.all(engines.map((engine) => engine.gone));
  await folder.remove();
});

describe("killed with kill -9, the fleet ends as if nothing had happened", () => {
  it("has something to compare with", () => {
    for (const [title, end] of Object.entries(undisturbed)) {
      expect(end).toMatchObject({ phase: title.includes("hang") ? "archived" : "ready", dirty: false });
    }
  });

  it.each(seeds)(
    "seed %i",
    async (seed) => {
      const blows = blowsOf(seed, killsEach);
      const outcome = await play(`seed-${seed}`, blows, seed % 2 === 0 ? "ask" : "engine");
      expect(outcome.ends, blows.map(nameOf).join(", ")).toEqual(expectedEnds(undisturbed, outcome.ends));
      struck.push(...outcome.struck);
    },
    180_000,
  );

  it.skipIf(only !== undefined)("struck as often as it says, every victim, and every moment", () => {
    console.warn(`chaos: ${struck.length} kills: ${tally(struck.map((one) => one.split(" at ")[0] ?? ""))}`);
    expect(struck.length).toBeGreaterThanOrEqual(kills);
    for (const victim of victims) expect(struck.filter((one) => one.startsWith(victim)).length).toBeGreaterThan(0);
    for (const { name } of moments)
      expect(struck.filter((one) => one.endsWith(` at ${name}`)).length).toBeGreaterThan(0);
  });
});

function tally(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `${name} ${names.filter((one) => one === name).length}`).join(", ");
}
