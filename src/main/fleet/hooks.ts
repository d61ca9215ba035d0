import { fail, ok, type Result } from "../../contract/errors.ts";
import { itemTextLimit } from "../../contract/items.ts";
import type { Workstream } from "../../contract/states.ts";
import type { Deck } from "./crew.ts";
import { transcriptOf } from "./transcript-of.ts";

/** Runs one of the project's hooks in a worktree; what it printed becomes an item of the transcript. No script is success. */
export async function runProjectHook(
  deck: Deck,
  row: Workstream,
  name: "after_create" | "before_run" | "after_run",
  script: string | null,
): Promise<Result<void>> {
  if (script === null || script.trim() === "") return ok(undefined);
  const startedAt = deck.clock.now();
  const outcome = await deck.runHook({
    name,
    script,
    cwd: row.place.path,
    env: { ...deck.env, ...workstreamEnv(row) },
    timeoutMs: deck.policy(row).hooks.timeoutMs,
  });
  const transcript = await transcriptOf(deck, row.id);
  const now = deck.clock.now();
  const passed = outcome.ok && outcome.value.ended === "by itself" && outcome.value.exitCode === 0;
  const output = outcome.ok ? outcome.value.tail : outcome.error.message;
  await deck.tell(
    transcript.add(
      {
        kind: "command",
        command: `hooks.${name}`,
        folder: row.place.path,
        status: passed ? "completed" : "failed",
        output: output.slice(-itemTextLimit),
        ...(outcome.ok && outcome.value.exitCode !== null ? { exitCode: outcome.value.exitCode } : {}),
        durationMs: now - startedAt,
      },
      { id: `hook:${name}:${deck.newId("i")}` },
      now,
    ),
  );
  if (passed) return ok(undefined);
  const why = outcome.ok && outcome.value.ended === "timed out" ? "took too long" : "failed";
  return fail(
    "UNAVAILABLE",
    `The project's ${name} hook ${why}.`,
    `Read its output in the transcript, mend hooks.${name} in WORKFLOW.md, then retry the workstream.`,
    output.slice(-500),
  );
}

/** What hooks and commands are told of the workstream they run in. Ports are a range reserved for it alone. */
export function workstreamEnv(row: Workstream): Record<string, string> {
  return {
    COXSWAIN_WORKSTREAM: row.id,
    COXSWAIN_BRANCH: row.place.branch,
    ...(row.ports === undefined
      ? {}
      : {
          PORT: String(row.ports.first),
          COXSWAIN_PORT_FIRST: String(row.ports.first),
          COXSWAIN_PORT_COUNT: String(row.ports.count),
        }),
  };
}
