import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { commitFiles, git, manyFiles, scenarioEnvironment } from "../../e2e/scenarios/repositories.ts";
import { idleAuthor, startEngine, startWorkstream, stopWorkstreams, subscribe } from "../harness/engine.ts";
import { interleaved, median, spread, timed } from "../harness/measure.ts";
import { poolOf, untilWarm, warmPolicy } from "../harness/pool.ts";
import { rowOf, unmeasured, type Row } from "../harness/row.ts";
import type { Stage } from "../harness/stage.ts";

const rounds = 7;
const files = 10_000;
const size = 2;
const budget = {
  claimed: { most: 20 },
  agent: { most: 60 },
  moved: { timesRival: 1.15 },
  cpu: { timesRival: 1.15 },
  bytes: { timesRival: 1.05 },
  followed: { most: 10_000 },
};
const rows = {
  claimed: `start on ${files} files, warm: worktree claimed`,
  agent: `start on ${files} files, warm: agent ready`,
  moved: `start on ${files} files, warm, right after the base moved: agent ready`,
  cpu: `warm pool, ${files} files: CPU to refill one`,
  bytes: `warm pool of ${size}, ${files} files: disk`,
  followed: `warm pool of ${size}, ${files} files: until all follow a base that moved once`,
};

/** A workstream on a large repository with worktrees kept ready, and what keeping them ready costs. */
export async function benchWarmStart(stage: Stage): Promise<Row[]> {
  const repository = await stage.repository("repository", [...manyFiles(files), warmPolicy(size)]);
  const subscriber = await subscribe(stage, await startEngine(stage, { home: "home", args: ["--repo", repository] }));
  const { client } = subscriber;
  const full = async () => untilWarm(client, size, (await git(repository, "rev-parse", "main")).trim());
  const busy = await full();
  if (busy !== undefined) {
    const unknown = (row: string, unit: string, what: keyof typeof budget) => unmeasured(row, unit, budget[what], busy);
    return [
      unknown(rows.claimed, "ms", "claimed"),
      unknown(rows.agent, "ms", "agent"),
      unknown(rows.moved, "ms", "moved"),
      unknown(rows.cpu, "ms", "cpu"),
      unknown(rows.bytes, "MB", "bytes"),
      unknown(rows.followed, "ms", "followed"),
    ];
  }
  const claims: number[] = [];
  const refills: number[] = [];
  let commits = 0;

  /** Times are the engine's own, from its record; both sides share one clock. */
  async function start(title: string): Promise<number> {
    const began = Date.now();
    const from = subscriber.heard.length;
    const ids = [await startWorkstream(subscriber, title, idleAuthor)];
    const [preparing] = await subscriber.forEach("its turn to begin", ids, "workstream.moved", from);
    const [prepared] = await subscriber.forEach("the worktree", ids, "worktree.prepared", from);
    const [opened] = await subscriber.forEach("the thread", ids, "thread.opened", from);
    await subscriber.forEach("the turns", ids, "turn.started", from);
    await stopWorkstreams(subscriber, ids);
    claims.push((prepared?.at ?? NaN) - (preparing?.at ?? NaN));
    return (opened?.at ?? NaN) - began;
  }

  async function warm(round: number): Promise<number> {
    await full();
    refills.push((await poolOf(client))?.lastRefill?.cpuMs ?? NaN);
    return start(`Warm start ${round}`);
  }

  async function moveBase(): Promise<void> {
    commits += 1;
    await commitFiles(repository, [[`moved-${commits}`, String(commits)]], "Main moves on");
  }

  async function afterMove(round: number): Promise<number> {
    await full();
    const before = claims.length;
    await moveBase();
    const ready = await start(`Start after a move ${round}`);
    claims.splice(before);
    return ready;
  }

  const cpus: number[] = [];
  const raw = (round: number) => timed(async () => cpus.push(await rawCpu(`raw-${round}`)));
  const rawCpu = (name: string) =>
    cpuOfGit(repository, ["worktree", "add", "-q", "-b", name, path.join(stage.folder, name)]);

  await raw(rounds);
  await warm(rounds);
  for (const measured of [claims, refills, cpus]) measured.length = 0;
  const measured = await interleaved(rounds, { git: raw, warm, afterMove });
  await full();
  const followed = await timed(async () => {
    await moveBase();
    await full();
  });
  const rival = { name: "git worktree add, same run", value: median(measured.git) };
  const bytes = ((await poolOf(client))?.bytes ?? NaN) / 1_024 ** 2;
  const rawBytes = (size * (await diskOf(path.join(stage.folder, "raw-0")))) / 1_024 ** 2;
  return [
    rowOf({
      row: rows.claimed,
      unit: "ms",
      value: median(claims),
      rival,
      budget: budget.claimed,
      note: `From the decision to prepare to the worktree on record, ports included. Median of ${rounds}, ${spread(claims, "ms")}; pool of ${size}.`,
    }),
    rowOf({
      row: rows.agent,
      unit: "ms",
      value: median(measured.warm),
      rival,
      budget: budget.agent,
      note: `The scripted agent, its program running; from the call, ticket and record included. Median of ${rounds}, ${spread(measured.warm, "ms")}.`,
    }),
    rowOf({
      row: rows.moved,
      unit: "ms",
      value: median(measured.afterMove),
      rival,
      budget: budget.moved,
      note: `The warm worktree is moved to the new commit while the human waits. Median of ${rounds}, ${spread(measured.afterMove, "ms")}.`,
    }),
    rowOf({
      row: rows.cpu,
      unit: "ms",
      value: median(refills),
      rival: { name: "CPU of git worktree add, same run", value: median(cpus) },
      budget: budget.cpu,
      note: `At the lowest priority, one at a time, in one process. Median of ${rounds}, ${spread(refills, "ms")}.`,
    }),
    rowOf({
      row: rows.bytes,
      unit: "MB",
      value: bytes,
      rival: { name: `${size} × git worktree add, same run`, value: rawBytes },
      budget: budget.bytes,
    }),
    rowOf({
      row: rows.followed,
      unit: "ms",
      value: followed,
      budget: budget.followed,
      note: "One second of it is to see whether the base moves again.",
    }),
  ];
}

/** CPU milliseconds that a git command and what it starts take, as a shell counts them. */
async function cpuOfGit(folder: string, args: readonly string[]): Promise<number> {
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", '"$@" >/dev/null; times', "sh", "git", ...args], {
    cwd: folder,
    env: scenarioEnvironment,
  });
  const children = stdout.trimEnd().split("\n").at(-1) ?? "";
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000,
    0,
  );
}

async function diskOf(folder: string): Promise<number> {
  const { stdout } = await promisify(execFile)("du", ["-sk", folder]);
  return Number.parseInt(stdout, 10) * 1_024;
}
