import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "../../src/contract/procedures.ts";
import { startEngineProcess } from "../engine-process.ts";
import { copyProduct } from "../product-copy.ts";
import { git, makeRepository, temporaryFolder } from "../scenarios/repositories.ts";
import { contested, contestedBefore, contestedOnMain, plants, type Planted } from "./plants.ts";

const cache = fileURLToPath(new URL("../../.cache/", import.meta.url));

/** The built engine on a project whose fifteen tickets have things planted in them, and ways to look at it from outside. */
export interface BoardStage {
  /** The window's address with its key. */
  readonly url: string;
  readonly client: Client;
  /** Starts a workstream for each ticket that was planted; answers their ids by the tickets' names. */
  startAll(): Promise<ReadonlyMap<string, string>>;
  /** Somebody else lands what conflicts with two of them. */
  moveMain(): Promise<void>;
  close(): Promise<void>;
}

/** Tries again soon after a failure, and lets all fifteen work at once. */
const workflow = `---
agent: { max_concurrent_agents: 20, max_retry_backoff_ms: 50 }
---
Do what the ticket says.
`;

/** `more` are scenarios beside those of the tickets, by name. */
export async function setBoard(more: Readonly<Record<string, string>> = {}): Promise<BoardStage> {
  const folder = await temporaryFolder(cache);
  const product = await copyProduct(path.join(folder.path, "product"));
  const scenarios = { ...Object.fromEntries(plants.map(({ name, scenario }) => [`board-${name}`, scenario])), ...more };
  await Promise.all(
    Object.entries(scenarios).map(([name, text]) => writeFile(path.join(product.scenarios, `${name}.yml`), text)),
  );
  const repository = await makeRepository(path.join(folder.path, "repository"), [
    ["WORKFLOW.md", workflow],
    ["README.md", "# A board\n"],
    [contested, contestedBefore],
  ]);
  await git(repository, "config", "user.name", "Ada");
  await git(repository, "config", "user.email", "ada@example.com");
  const home = path.join(folder.path, "home");
  await mkdir(home, { mode: 0o700 });
  const engine = await startEngineProcess(home, ["--repo", repository], { program: product.program });

  return {
    url: `${engine.url.replace(/\/$/, "")}/#token=${engine.token}`,
    client: engine.client,
    async startAll() {
      const ids = new Map<string, string>();
      for (const ticket of plants) ids.set(ticket.name, await startOne(engine.client, ticket));
      return ids;
    },
    async moveMain() {
      await writeFile(path.join(repository, contested), contestedOnMain);
      await git(repository, "commit", "--quiet", "--all", "--message", "Have two as main has it");
    },
    async close() {
      engine.kill("SIGTERM");
      await engine.gone;
      await rm(folder.path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function startOne(client: Client, { name, title, tokens }: Planted): Promise<string> {
  const [row] = await client.workstream.start({
    text: title,
    agent: "scripted",
    model: `scripted-board-${name}`,
    attempts: 1,
    ...(tokens === undefined ? {} : { budget: { tokens } }),
  });
  if (row === undefined) throw new Error(`${name} was not started`);
  return row.id;
}
