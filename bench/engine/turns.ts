import { chmod, mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { modelCatalog, slugOf } from "../../e2e/model/catalog.ts";
import { startModelServer, type ModelServer } from "../../e2e/model/server.ts";
import { realCodex } from "../../e2e/real-codex.ts";
import { git, scenarioEnvironment, smallFiles } from "../../e2e/scenarios/repositories.ts";
import { unwrap } from "../../src/contract/errors.ts";
import { writeCodexHome } from "../../src/main/agents/codex/codex-home.ts";
import { threadParams } from "../../src/main/agents/codex/thread-params.ts";
import { prepareWritableRoots } from "../../src/main/worktrees/writable-roots.ts";
import { startEngine, startWorkstream, subscribe } from "../harness/engine.ts";
import { interleaved, median, spread, timed } from "../harness/measure.ts";
import { rowOf, unmeasured, type Row } from "../harness/row.ts";
import type { Stage } from "../harness/stage.ts";
import { startBareDriver } from "./bare-driver.ts";

const row = "15 concurrent turns on real Codex";
const rounds = 5;
const fifteen = Array.from({ length: 15 }, (_, index) => index);
const budget = { timesRival: 1.15 };
const words = "Please add one more greeting and commit it.";
/** Six answers of the model: a plan, a patch, two commands of which one commits, a plan, a report. */
const script = "happy";

/** One more turn in each of fifteen open threads, until a subscriber has heard of the last end; confined as the product does it. */
export async function benchTurns(stage: Stage): Promise<Row[]> {
  const codex = await realCodex();
  if ("skip" in codex) return [unmeasured(row, "s", budget, `no real Codex: ${codex.skip}`)];
  const model = await startModelServer();
  stage.onEnd(() => model.close());
  const program = await scriptedCodex(stage, codex.bin, model);
  const ours = await openOurs(stage, program);
  const bare = await openBare(stage, program);
  const measured = await interleaved(rounds, { bare: () => timed(bare), ours: () => timed(ours) });
  if (model.unexpected.length > 0)
    throw new Error(`Codex asked what no script foresaw: ${model.unexpected.join("; ")}`);
  const seconds = (values: readonly number[]) => values.map((value) => value / 1_000);
  return [
    rowOf({
      row,
      unit: "s",
      value: median(seconds(measured.ours)),
      rival: { name: "bare app-server driver, same sandbox, same run", value: median(seconds(measured.bare)) },
      budget,
      note: `Events to one subscriber of the fleet and all 15 included. Median of ${rounds}: ${spread(seconds(measured.ours), "s")}, bare ${spread(seconds(measured.bare), "s")}.`,
      ifMissed:
        "Codex keeps the cores busy, and each look at a worktree while its author works and when its turn ends starts one to three git processes beside it.",
    }),
  ];
}

/** The real program with the scripted model as its provider: what the product's own configuration does not set is given as arguments. */
async function scriptedCodex(stage: Stage, bin: string, model: ModelServer): Promise<string> {
  const catalog = path.join(stage.folder, "models.json");
  await writeFile(catalog, JSON.stringify(modelCatalog()));
  const settings = [
    `model_provider="scripted"`,
    `model_catalog_json=${JSON.stringify(catalog)}`,
    `model_providers.scripted={name="Scripted", base_url="${model.baseUrl}", wire_api="responses", requires_openai_auth=false, supports_websockets=false}`,
  ];
  const quoted = settings.map((setting) => `-c '${setting}'`).join(" ");
  // What Codex brings along is looked for beside its program.
  const folder = path.join(stage.folder, "vendor");
  await mkdir(path.join(folder, "bin"), { recursive: true });
  await symlink(path.join(path.dirname(path.dirname(bin)), "codex-resources"), path.join(folder, "codex-resources"));
  const program = path.join(folder, "bin", "codex");
  await writeFile(program, `#!/bin/sh\nexec '${bin}' ${quoted} "$@"\n`);
  await chmod(program, 0o755);
  return program;
}

/** Fifteen workstreams on the built engine, each with its first turn behind it; answers what runs one more turn in all. */
async function openOurs(stage: Stage, program: string): Promise<() => Promise<void>> {
  const repository = await stage.repository("repository", smallFiles);
  const env = { COXSWAIN_CODEX: program, HOME: stage.folder };
  const subscriber = await subscribe(
    stage,
    await startEngine(stage, { home: "home", args: ["--repo", repository], env }),
  );
  const { client, heard } = subscriber;
  const isReady = async () => {
    const rows = await client.workstream.list();
    const lost = rows.find(({ phase }) => phase === "failed" || phase === "stopped");
    if (lost !== undefined) throw new Error(`a workstream ${lost.phase}: ${lost.reason}`);
    return rows.every(({ phase }) => phase === "ready");
  };
  const rest = async () => {
    for (let looked = 0; !(await isReady()); looked = heard.length) await subscriber.next("rest", () => true, looked);
  };

  const ids = await Promise.all(
    fifteen.map((index) => startWorkstream(subscriber, `Greeting ${index}`, slugOf(script), "codex")),
  );
  for (const id of ids) subscriber.watch(id);
  await rest();
  let from = heard.length;
  return async () => {
    await rest();
    from = heard.length;
    await Promise.all(ids.map((workstreamId) => client.workstream.steer({ workstreamId, text: words, when: "next" })));
    await subscriber.forEach("the turns' ends", ids, "turn.ended", from);
  };
}

/** The same with nothing between us and Codex. */
async function openBare(stage: Stage, program: string): Promise<() => Promise<void>> {
  const repository = await stage.repository("bare-repository", smallFiles);
  const home = path.join(stage.folder, "bare-home");
  await mkdir(home);
  const codexHome = await writeCodexHome(path.join(home, "codex"), undefined);
  const searched = [path.join(path.dirname(path.dirname(program)), "codex-resources"), process.env["PATH"] ?? ""];
  const env = { ...scenarioEnvironment, HOME: stage.folder, PATH: searched.join(path.delimiter) };
  const driver = await startBareDriver(program, codexHome.empty, { ...env, CODEX_HOME: codexHome.folder });
  stage.onEnd(() => driver.end());
  void driver.gone.then(() => stage.breakWith("the bare driver's Codex ended by itself"));

  const threads = await Promise.all(
    fifteen.map(async (index) => {
      const params = threadParams(
        codexHome,
        { PATH: process.env["PATH"] ?? "", HOME: env.HOME },
        await confined(index),
      );
      return { id: await driver.open(params.start), params };
    }),
  );

  async function confined(index: number) {
    const id = `bare-${index}`;
    const folder = path.join(home, "worktrees", id);
    await git(repository, "worktree", "add", "--quiet", "-b", `cox/${id}/work`, folder);
    const commonDir = await realpath(path.join(repository, ".git"));
    const adminDir = path.join(commonDir, "worktrees", id);
    const roots = unwrap(await prepareWritableRoots({ commonDir, adminDir, workstreamId: id }));
    return {
      folder,
      model: slugOf(script),
      confinement: { mode: "workspace-write", ...roots, hidden: [home] },
      approvals: "on-request",
      env: {},
    } as const;
  }

  const turns = async () => {
    await Promise.all(threads.map(({ id, params }) => driver.turn(id, words, params.turn)));
  };
  await turns();
  return turns;
}
