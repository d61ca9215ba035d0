import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { copyProduct, type ProductCopy } from "../../e2e/product-copy.ts";
import { git, makeRepository, temporaryFolder, type Files } from "../../e2e/scenarios/repositories.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where one bench works: a folder of its own, the built product in it, and whatever has to be ended afterwards. */
export interface Stage {
  /** A real path outside the temporary directory, where Codex would refuse to keep its home. */
  readonly folder: string;
  /** `server.js` of this bench's own copy of the build, so that a build made meanwhile changes nothing. */
  readonly program: string;
  /** Runs when the bench ends, however it ends; the last given is the first to run. */
  onEnd(undo: () => Promise<unknown> | void): void;
  /** Gives the bench up: something it rests on has ended by itself. */
  breakWith(why: string): void;
  /** Rejects when the bench was given up. */
  readonly broken: Promise<never>;
  /** Progress for the person who waits. */
  say(line: string): void;
  repository(name: string, files: Files): Promise<string>;
  /** Lets threads of the scripted agent choose a scenario of the bench's own as `scripted-<name>`. */
  scenario(name: string, yaml: string): Promise<void>;
  close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const { path: folder, remove } = await temporaryFolder(path.join(root, ".cache"));
  const product = path.join(folder, "product");
  const undos: (() => Promise<unknown> | void)[] = [remove];
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  let copy: ProductCopy;
  try {
    copy = await copyProduct(product);
  } catch (error) {
    await remove();
    throw error;
  }

  return {
    folder,
    program: copy.program,
    onEnd: (undo) => void undos.push(undo),
    breakWith: (why) => broken.reject(new Error(why)),
    broken: broken.promise,
    say: (line) => console.warn(`bench: ${line}`),
    async repository(name, files) {
      const made = await makeRepository(path.join(folder, name), files);
      // Authors commit in it, and only its own settings reach them.
      await git(made, "config", "user.name", "Ada");
      await git(made, "config", "user.email", "ada@example.com");
      return made;
    },
    scenario: (name, yaml) => writeFile(path.join(copy.scenarios, `${name}.yml`), yaml),
    async close() {
      for (const undo of undos.splice(0).reverse()) await undo();
    },
  };
}
