import { table, type Row } from "./row.ts";
import { setStage, type Stage } from "./stage.ts";

/** Measures one claim, or several that need the same scene. */
export type Claim = (stage: Stage) => Promise<Row[]>;

/**
 * Measures the claims one after the other, each on a stage of its own, and prints them. A missed budget is a finding, not a
 * failure; a claim that breaks is one, and the rest is measured all the same.
 */
export async function runBench(
  claims: Readonly<Record<string, Claim>>,
  { json, only }: { readonly json: boolean; readonly only: readonly string[] },
): Promise<void> {
  const unknown = only.find((name) => !Object.hasOwn(claims, name));
  if (unknown !== undefined) {
    console.error(
      `There is no claim called ${unknown}.\nnext: name some of ${Object.keys(claims).join(", ")}, or none.`,
    );
    process.exit(1);
  }
  const rows: Row[] = [];
  for (const [name, claim] of Object.entries(claims)) {
    if (only.length > 0 && !only.includes(name)) continue;
    rows.push(...(await measured(name, claim)));
  }
  console.log(json ? JSON.stringify(rows) : table(rows));
  // Sockets to what has ended must not keep us.
  process.exit();
}

const limitMs = 5 * 60_000;

async function measured(name: string, claim: Claim): Promise<Row[]> {
  const stage = await setStage();
  const interrupted = (signal: NodeJS.Signals) => {
    console.warn(`bench: ${signal}, putting everything away`);
    void stage.close().finally(() => process.exit(130));
  };
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
  try {
    stage.say(name);
    const tooLong = setTimeout(() => stage.breakWith(`${name} took more than ${limitMs / 60_000} minutes`), limitMs);
    return await Promise.race([claim(stage), stage.broken]).finally(() => clearTimeout(tooLong));
  } catch (error) {
    console.error(`bench: ${name} broke:`, error);
    process.exitCode = 1;
    return [];
  } finally {
    await stage.close();
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}
