import { askForCommand } from "./approval.ts";
import { commandExecution } from "./items.ts";
import type { Chosen } from "./player.ts";
import { keepEnds, keptOutput, type CommandEnd } from "./run-command.ts";
import type { StepOf } from "./scenario.ts";
import { untilAborted, type Stage, type TurnEnd } from "./stage.ts";

interface Invocation {
  /** As it is shown and asked about. */
  readonly shown: string;
  readonly program: string;
  readonly args: readonly string[];
}

type Outcome = { readonly exitCode: number; readonly output: string } | "declined" | "cancelled" | "cut";

export async function runCommand(stage: Stage, body: StepOf<"run">["body"]): Promise<TurnEnd | undefined> {
  const outcome = await perform(stage, shell(body.command), undefined);
  if (outcome === "cancelled") return { status: "interrupted" };
  if (typeof outcome === "string" || body.expect === undefined || outcome.exitCode === body.expect) return undefined;
  return {
    status: "failed",
    error: `The scenario expected exit code ${body.expect} of \`${body.command}\`, and it was ${outcome.exitCode}.`,
  };
}

/** Runs a command the human has to allow first. Under the policy `never` nobody is asked. */
export async function runAsked(stage: Stage, command: string, reason: string): Promise<Chosen> {
  const outcome = await perform(stage, shell(command), stage.policy === "never" ? undefined : reason);
  if (outcome === "cancelled") return { end: { status: "interrupted" } };
  if (outcome === "cut") return { branch: undefined };
  return { branch: outcome === "declined" ? "on_decline" : "on_accept" };
}

/** Stages everything and commits it; nothing to commit is fine, as after a crash between commit and record. */
const commitScript = `git add -A || exit
if git diff --cached --quiet; then echo "nothing to commit"; exit 0; fi
exec git -c user.name="Scripted agent" -c user.email="scripted@coxswain.invalid" -c commit.gpgsign=false \\
  -c gc.auto=0 -c maintenance.auto=false commit -q -m "$1"`;

export async function commitAll(stage: Stage, message: string): Promise<TurnEnd | undefined> {
  const shown = `git add -A && git commit -m '${message.replaceAll("'", "'\\''")}'`;
  const outcome = await perform(
    stage,
    { shown, program: "/bin/sh", args: ["-c", commitScript, "commit", message] },
    undefined,
  );
  if (outcome === "cancelled") return { status: "interrupted" };
  if (typeof outcome === "string" || outcome.exitCode === 0) return undefined;
  return { status: "failed", error: `The commit failed: ${outcome.output.slice(-1_000)}` };
}

/** Streams so many bytes as a command's output, as fast as the reader takes them. */
export async function floodOutput(stage: Stage, bytes: number): Promise<undefined> {
  const id = stage.newItemId();
  const shown = `flood ${bytes}`;
  const kept = keepEnds(keptOutput);
  const since = stage.now();
  await stage.started(commandExecution(id, shown, stage.folder, { status: "inProgress" }));
  for (let left = bytes; left > 0 && !stage.signal.aborted; left -= floodPiece.length) {
    const delta = floodPiece.slice(0, left);
    kept.add(delta);
    await stage.notify("item/commandExecution/outputDelta", { itemId: id, delta });
  }
  if (stage.signal.aborted) return;
  const durationMs = stage.now() - since;
  await stage.completed(
    commandExecution(id, shown, stage.folder, { status: "completed", output: kept.text(), exitCode: 0, durationMs }),
  );
}

const floodPiece = `${"flood ".repeat(13)}\n`.repeat(200);

function shell(command: string): Invocation {
  return { shown: command, program: "/bin/sh", args: ["-c", command] };
}

/** Runs a command as an item of the turn. `reason` set: the human is asked first; so is everything under `untrusted`. */
async function perform(stage: Stage, invocation: Invocation, reason: string | undefined): Promise<Outcome> {
  const { shown } = invocation;
  await stage.sleep(stage.pace.thinkMs());
  if (stage.signal.aborted) return "cut";
  const id = stage.newItemId();
  await stage.started(commandExecution(id, shown, stage.folder, { status: "inProgress" }));
  if (reason !== undefined || stage.policy === "untrusted") {
    const decision = await askForCommand(stage, id, shown, reason ?? null);
    if (decision === "cut") return "cut";
    if (decision === "decline" || decision === "cancel") {
      await stage.completed(commandExecution(id, shown, stage.folder, { status: "declined" }));
      return decision === "decline" ? "declined" : "cancelled";
    }
  }
  return runToEnd(stage, id, invocation);
}

/**
 * An interrupt ends the turn and not the command, as with Codex: it goes on in the background, without further
 * deltas, until `thread/backgroundTerminals/clean`.
 */
async function runToEnd(stage: Stage, id: string, invocation: Invocation): Promise<Outcome> {
  const since = stage.now();
  const running = stage.commands.start({
    program: invocation.program,
    args: invocation.args,
    folder: stage.folder,
    env: stage.env,
    async onOutput(delta) {
      if (!stage.signal.aborted) await stage.notify("item/commandExecution/outputDelta", { itemId: id, delta });
    },
  });
  stage.watch(running);
  const completed = running.ended.then(async (end) => {
    await stage.completed(endedItem(stage, id, invocation, end, stage.now() - since));
    return end;
  });
  return Promise.race([completed, untilAborted(stage.signal)]);
}

function endedItem(stage: Stage, id: string, invocation: Invocation, end: CommandEnd, durationMs: number) {
  return commandExecution(id, invocation.shown, stage.folder, {
    status: end.exitCode === 0 ? "completed" : "failed",
    output: end.output,
    exitCode: end.exitCode,
    durationMs,
  });
}
