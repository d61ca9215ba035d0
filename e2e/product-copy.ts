import { access, cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

export interface ProductCopy {
  /** What Node runs to start the engine. */
  readonly program: string;
  /** Where scenarios lie that its scripted agent finds. */
  readonly scenarios: string;
}

/**
 * Copies the built product, so that a build made meanwhile changes nothing and scenarios of one's own can be laid beside
 * its. Below the project's folder, because dependencies are found from there.
 */
export async function copyProduct(into: string): Promise<ProductCopy> {
  const built = path.join(root, "out/main/server.js");
  await access(built).catch(() => {
    throw new Error(`${built} is missing; \`npm run build\` makes it.`);
  });
  await mkdir(into);
  for (const part of ["out", "assets", "package.json"]) {
    await cp(path.join(root, part), path.join(into, part), { recursive: true });
  }
  return { program: path.join(into, "out/main/server.js"), scenarios: path.join(into, "assets/demo/scenarios") };
}
