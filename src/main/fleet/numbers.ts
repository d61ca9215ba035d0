import { z } from "zod";
import { ok, type Result } from "../../contract/errors.ts";
import type { FleetState } from "../../contract/states.ts";
import type { FleetDeps } from "./crew.ts";

const setting = "last-workstream-number";
const lastSchema = z.number().int().nonnegative().catch(0);

/** Gives out workstream numbers. Resolves when they can never be given again, whatever rows are lost. */
export type TakeNumbers = (count: number) => Promise<Result<readonly number[]>>;

/** Goes on from the highest number there is: a damaged row hides its own, so the last one given is kept beside the rows. */
export async function createNumbers(storage: FleetDeps["storage"], state: FleetState): Promise<Result<TakeNumbers>> {
  const kept = await storage.setting(setting);
  if (!kept.ok) return kept;
  let last = Math.max(lastSchema.parse(kept.value), ...Object.values(state.workstreams).map((row) => row.number));
  return ok(async (count) => {
    const first = last + 1;
    last += count;
    const saved = await storage.saveSetting(setting, last);
    return saved.ok ? ok(Array.from({ length: count }, (_, index) => first + index)) : saved;
  });
}
