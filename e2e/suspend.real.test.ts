import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Envelope } from "../src/contract/events.ts";
import { processesOf, startEngineProcess, type EngineProcess } from "./engine-process.ts";
import { makeRepository, smallFiles, temporaryFolder } from "./scenarios/repositories.ts";

/** An author that says nothing for so long is told to the human, in milliseconds. */
const stall = 4_000;
const asleep = 9_000;

const workflow = `---
codex:
  stall_timeout_ms: ${stall}
coxswain:
  agent: scripted
---
`;

let folder: { path: string; remove: () => Promise<void> };
let engine: EngineProcess;
beforeEach(async () => {
  const cache = fileURLToPath(new URL("../.cache/", import.meta.url));
  await mkdir(cache, { recursive: true });
  folder = await temporaryFolder(cache);
});
afterEach(async () => {
  engine.kill("SIGKILL");
  await engine.gone;
  await folder.remove();
});

/** Stops or continues the engine and everything it started, as a machine that goes to sleep does. */
async function signalAll(home: string, signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
  for (const { pid } of await processesOf(home)) process.kill(pid, signal);
}

it.runIf(process.platform === "linux")(
  "a machine that slept wakes to the same turns, with nobody called silent",
  async () => {
    const home = path.join(folder.path, "home");
    await mkdir(home, { mode: 0o700 });
    const repository = await makeRepository(path.join(folder.path, "repository"), [
      ...smallFiles,
      ["WORKFLOW.md", workflow],
    ]);
    engine = await startEngineProcess(home, ["--repo", repository], { env: { COXSWAIN_PACE: "lively" } });
    const told: Envelope[] = [];
    const stop = new AbortController();
    void (async () => {
      for await (const frame of await engine.client.feed.fleet({}, { signal: stop.signal }))
        if (frame.kind === "events") told.push(...frame.envelopes);
    })().catch(() => undefined);
    const all = (type: Envelope["event"]["type"]) => told.filter(({ event }) => event.type === type);
    const until = async (what: string, holds: () => boolean) => {
      for (let waited = 0; !holds(); waited += 100) {
        if (waited > 30_000) throw new Error(`${what} did not come about`);
        await sleep(100);
      }
    };

    await engine.client.workstream.start({ text: "Talk on", agent: "scripted", model: "scripted-long", attempts: 2 });
    await until("both talk", () => all("turn.started").length === 2);
    await sleep(1_000);
    await signalAll(home, "SIGSTOP");
    await sleep(asleep);
    const before = told.length;
    await signalAll(home, "SIGCONT");
    // The feed that was open goes on, and so do the turns.
    await until("something is told", () => told.length > before + 5);
    await sleep(2_000);
    const raised = all("attention.raised").map(({ event }) =>
      event.type === "attention.raised" ? event.item.kind : "",
    );
    expect(raised).not.toContain("stalled");
    expect(all("turn.opened")).toHaveLength(2);
    expect(all("turn.ended")).toEqual([]);
    expect(all("agent.lost")).toEqual([]);
    stop.abort();
  },
  90_000,
);
