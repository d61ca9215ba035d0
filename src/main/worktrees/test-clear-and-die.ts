import { createGit } from "../git/git.ts";
import { createClearing } from "./clear.ts";
import type { Place } from "./stakes.ts";
import { createVault } from "./vault.ts";

/** What {@link clearAndDie} is told on its command line. */
export interface Death {
  readonly root: string;
  readonly vault: string;
  readonly temporary: string;
  readonly env: Readonly<Record<string, string>>;
  readonly purpose: "delete" | "pause";
  readonly place: Place;
  /** How many acts it may begin before it is killed. */
  readonly acts: number;
}

/** A process that takes a worktree away and is killed in the middle of it. */
async function clearAndDie({ root, vault: folder, temporary, env, purpose, place, acts }: Death): Promise<void> {
  let begun = 0;
  const git = createGit({ env, folder: temporary });
  const vault = createVault({ git, folder });
  const clearing = createClearing({
    root,
    git,
    vault,
    before() {
      begun += 1;
      if (begun > acts) process.kill(process.pid, "SIGKILL");
    },
  });
  await (purpose === "delete" ? clearing.remove(place, true) : clearing.pause(place));
}

const [death] = process.argv.slice(2);
if (death !== undefined) await clearAndDie(JSON.parse(death) as Death);
