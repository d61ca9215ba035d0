import { createPreviews } from "./previews.ts";
import { openShell, type Shell } from "./shell.ts";
import type { Asked, Told } from "./wire.ts";

/**
 * The program that holds the terminals of one engine: their shells, and an emulator behind each. It is a process of its own, so
 * that no flood of output holds up the engine, and so that somebody is left to end them when the engine is killed.
 */
const shells = new Map<string, { readonly shell: Shell; readonly workstreamId: string }>();
const watches = new Map<number, ReturnType<typeof createPreviews>>();
/** How often those who watch rows are told of them, in milliseconds. */
const previewMs = 250;
let previewing: NodeJS.Timeout | undefined;

function tell(told: Told): void {
  // The engine may have died a moment ago.
  if (process.connected) process.send?.(told, () => undefined);
}

function open({ id, workstreamId, start }: Extract<Asked, { kind: "open" }>): void {
  try {
    const shell = openShell(start, {
      frame: (reader, frame) => tell({ kind: "frame", id, reader, frame }),
      gone: () => {
        shells.delete(id);
        tell({ kind: "gone", id });
      },
    });
    shells.set(id, { shell, workstreamId });
    tell({ kind: "opened", id });
  } catch (cause) {
    tell({ kind: "refused", id, why: String(cause) });
  }
}

function preview(): void {
  const all = [...shells].map(([id, { shell, workstreamId }]) => ({
    id,
    workstreamId,
    drawn: shell.drawn(),
    rows: (most: number) => shell.rows(most),
  }));
  for (const [watch, changes] of watches) {
    const previews = changes(all);
    if (previews.length > 0) tell({ kind: "previews", watch, previews });
  }
}

function watch(asked: Extract<Asked, { kind: "watch" | "unwatch" }>): void {
  if (asked.kind === "watch") watches.set(asked.watch, createPreviews(asked.workstreamIds, asked.rows));
  else watches.delete(asked.watch);
  if (watches.size > 0) previewing ??= setInterval(preview, previewMs);
  else {
    clearInterval(previewing);
    previewing = undefined;
  }
}

function take(asked: Asked): void {
  if (asked.kind === "open") return open(asked);
  if (asked.kind === "watch" || asked.kind === "unwatch") return watch(asked);
  if (asked.kind === "look") {
    const programs = asked.ids.flatMap((id) => shells.get(id)?.shell.atWork() ?? []);
    return tell({ kind: "work", call: asked.call, programs });
  }
  const shell = shells.get(asked.id)?.shell;
  if (shell === undefined) return;
  if (asked.kind === "write") shell.write(asked.text);
  else if (asked.kind === "resize") shell.resize(asked);
  else if (asked.kind === "attach") shell.attach(asked.reader);
  else if (asked.kind === "detach") shell.detach(asked.reader);
  else if (asked.kind === "ack") shell.ack(asked.reader, asked.at);
  else void shell.end();
}

async function endAll(): Promise<void> {
  await Promise.all([...shells.values()].map(({ shell }) => shell.end()));
  process.exit(0);
}

// Only the engine, whose child this is, can write to it.
process.on("message", (asked) => take(asked as Asked));
// In order or by a kill: the engine is gone.
process.on("disconnect", () => void endAll());
// Keys of the terminal the engine was started from are the engine's matter.
process.on("SIGINT", () => undefined);
process.on("SIGHUP", () => undefined);
process.on("SIGTERM", () => void endAll());
