import { join } from "node:path";
import type { Result } from "../../../contract/errors.ts";
import { askForEdit } from "./approval.ts";
import { fileChange } from "./items.ts";
import type { StepOf } from "./scenario.ts";
import type { Stage, TurnEnd } from "./stage.ts";
import { planDelete, planEdit, type FileChange, type PlannedEdit } from "./worktree-files.ts";

export async function editFile(stage: Stage, body: StepOf<"edit">["body"]): Promise<TurnEnd | undefined> {
  return makeEdit(stage, () => planEdit(stage.folder, body));
}

export async function deleteFile(stage: Stage, path: string): Promise<TurnEnd | undefined> {
  return makeEdit(stage, () => planDelete(stage.folder, path));
}

/** Tells of an edit and makes none: what an agent says about files is not what happened to them. */
export async function lieAbout(stage: Stage, path: string): Promise<undefined> {
  await stage.sleep(stage.pace.thinkMs());
  if (stage.signal.aborted) return;
  const change: FileChange = {
    path: join(stage.folder, path),
    kind: { type: "add" },
    diff: "This was never written.\n",
  };
  const id = stage.newItemId();
  await stage.started(fileChange(id, [change], "inProgress"));
  await stage.completed(fileChange(id, [change], "completed"));
}

async function makeEdit(stage: Stage, plan: () => Promise<Result<PlannedEdit>>): Promise<TurnEnd | undefined> {
  await stage.sleep(stage.pace.thinkMs());
  if (stage.signal.aborted) return undefined;
  const planned = await plan();
  if (!planned.ok) return { status: "failed", error: `${planned.error.message} ${planned.error.next}` };
  const changes = [planned.value.change];
  const id = stage.newItemId();
  await stage.started(fileChange(id, changes, "inProgress"));
  const decision = stage.policy === "untrusted" ? await askForEdit(stage, id) : "accept";
  if (decision === "cut") return undefined;
  if (decision === "accept" || decision === "acceptForSession") {
    await planned.value.apply();
    await stage.completed(fileChange(id, changes, "completed"));
    return undefined;
  }
  await stage.completed(fileChange(id, changes, "declined"));
  return decision === "cancel" ? { status: "interrupted" } : undefined;
}
