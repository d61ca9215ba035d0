import { expect, it, vi } from "vitest";
import { problem } from "../../contract/errors.ts";
import type { EngineClient } from "../client.ts";
import { createPassingActions, type PassingActionsDeps } from "./passing-actions.ts";
import { aWorkstream } from "./sample-rows.ts";

const extras = { focusedMs: 900, commandKey: "key-0001" };
const stale = problem("CONFLICT", "It was judged anew since.", "Look at what it changes now.");

function stand(client: object, refusal?: typeof stale) {
  const notify = vi.fn<PassingActionsDeps["notify"]>();
  const refused: PassingActionsDeps["refused"] = async (_about, call) => {
    await call(client as EngineClient, extras);
    return refusal;
  };
  return { notify, ...createPassingActions({ notify, refused }) };
}

it("lets pass what was shown, with the human's reason", async () => {
  const waive = vi.fn<(input: object) => Promise<object>>(() => Promise.resolve({}));
  const { notify, ...actions } = stand({ workstream: { waive } });
  const workstream = aWorkstream();
  expect(await actions.waive(workstream, "1f2e3d4c", "The job is mine.")).toBeUndefined();
  expect(waive).toHaveBeenCalledWith({
    workstreamId: workstream.id,
    gate: "harness",
    digest: "1f2e3d4c",
    why: "The job is mine.",
    ...extras,
  });
  expect(notify).toHaveBeenCalledWith(expect.objectContaining({ tone: "done" }));
});

it("says nothing of success where the engine refused", async () => {
  const { notify, ...actions } = stand({ workstream: { waive: () => Promise.resolve({}) } }, stale);
  expect(await actions.waive(aWorkstream(), "1f2e3d4c", "Seen.")).toBe(stale);
  expect(notify).not.toHaveBeenCalled();
});
