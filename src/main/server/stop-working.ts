import { createRouterClient } from "@orpc/server";
import { workingIn } from "../../contract/tally.ts";
import type { EngineRouter } from "./router.ts";
import type { Journal } from "./parts.ts";

/** Stops every workstream that is at work, as the human does it in the window: on record, to be taken up again. */
export async function stopWorking(router: EngineRouter, journal: Pick<Journal, "published">): Promise<void> {
  const client = createRouterClient(router, { context: { principal: { kind: "human" }, surface: "window" } });
  const working = workingIn(journal.published().state.workstreams);
  // One that cannot be stopped is cut by the end of the engine, and recovered by the next.
  await Promise.allSettled(
    working.map(({ id }) => client.workstream.stop({ workstreamId: id, reason: "Coxswain was quit." })),
  );
}
