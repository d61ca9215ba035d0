import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codexVersion } from "./agents/codex/find-codex.ts";
import { createCodexProgram, type CodexProgram } from "./codex.ts";

const noKey = () => Promise.resolve(undefined);

let home = "";
let codex: CodexProgram;

beforeEach(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), "cox-codex-")));
  await mkdir(path.join(home, "bin"));
  const PATH = `${path.join(home, "bin")}${path.delimiter}/usr/bin${path.delimiter}/bin`;
  codex = createCodexProgram({ home, env: { PATH: "" }, installEnv: { PATH }, given: undefined, apiKey: noKey });
});

afterEach(async () => {
  await codex.close();
  await rm(home, { recursive: true, force: true });
});

const bin = () => path.join(home, "agents/node_modules/.bin");

/** An npm that does what `script` says, run where packages go. */
const npm = (script: string) => writeFile(path.join(home, "bin/npm"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

const installs = `
  echo "$@" > arguments
  echo "added 2 packages"
  mkdir -p node_modules/.bin
  printf '#!/bin/sh\\necho codex-cli ${codexVersion}\\n' > node_modules/.bin/codex
  chmod +x node_modules/.bin/codex`;

const never = new AbortController().signal;

describe("installing Codex", () => {
  it("has npm put the pinned one into the home without scripts, and tells what npm says", async () => {
    await npm(installs);
    const said: string[] = [];
    const installed = await codex.install((line) => said.push(line), never);
    const program = path.join(bin(), "codex");
    expect(installed).toEqual({ ok: true, value: { program, version: codexVersion, called: program } });
    expect(said.at(-1)).toBe("added 2 packages");
    const given = await readFile(path.join(home, "agents/arguments"), "utf8");
    expect(given).toMatch(/--ignore-scripts @openai\/codex@\d/);
    expect(await codex.find()).toEqual(installed);
  });

  it("says in npm's own words why it failed, and that there is no npm", async () => {
    const without = createCodexProgram({ home, env: {}, installEnv: { PATH: home }, given: undefined, apiKey: noKey });
    expect(await without.install(() => {}, never)).toMatchObject({
      error: { code: "UNAVAILABLE", message: "npm could not be run." },
    });
    await npm("echo ENOSPC no space left >&2; exit 28");
    expect(await codex.install(() => {}, never)).toMatchObject({
      error: { code: "UNAVAILABLE", cause: expect.stringContaining("ENOSPC") },
    });
  });

  it("goes on once at a time, and ends with its caller or the engine, npm's children included", async () => {
    await npm("sleep 600 & echo $! > child; echo waiting; wait");
    for (const who of ["caller", "engine"] as const) {
      const caller = new AbortController();
      const waiting = Promise.withResolvers<void>();
      const first = codex.install((line) => (line === "waiting" ? waiting.resolve() : undefined), caller.signal);
      await waiting.promise;
      expect(await codex.install(() => {}, never)).toMatchObject({ error: { code: "CONFLICT" } });
      if (who === "caller") caller.abort();
      else await codex.close();
      expect([who, await first]).toMatchObject([who, { error: { code: "CANCELLED" } }]);
      await gone(Number(await readFile(path.join(home, "agents/child"), "utf8")));
    }
  });
});

/** Resolves when a process is gone or only its exit code is left. */
async function gone(pid: number): Promise<void> {
  while (
    existsSync(`/proc/${pid}`) &&
    !/^State:\s+Z/m.test(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("the login of Codex", () => {
  it("is missing until a login lies in our own CODEX_HOME, and is made by the command that is told", async () => {
    const found = { program: "/usr/lib/codex", version: "1", called: "codex" };
    expect(await codex.missingLogin(found)).toBe(`CODEX_HOME=${home}/codex codex login`);
    await mkdir(codex.home);
    await writeFile(path.join(codex.home, "auth.json"), "{}");
    expect(await codex.missingLogin(found)).toBeUndefined();
  });

  it("is not needed with a provider of its own", async () => {
    const provider = { name: "Own", baseUrl: "http://127.0.0.1:1", model: "m" };
    const own = createCodexProgram({
      home,
      env: {},
      installEnv: {},
      given: { program: "/c", provider },
      apiKey: noKey,
    });
    expect(await own.missingLogin({ program: "/c", version: "1", called: "/c" })).toBeUndefined();
  });

  it("is not needed with a key, which is used only while nobody is logged in", async () => {
    const keyed = createCodexProgram({
      home,
      env: {},
      installEnv: {},
      given: undefined,
      apiKey: () => Promise.resolve("k3y"),
    });
    expect(await keyed.missingLogin({ program: "/c", version: "1", called: "/c" })).toBeUndefined();
    expect(await keyed.service()).toEqual({
      provider: { name: "OpenAI", baseUrl: "https://api.openai.com/v1", keyVariable: "OPENAI_API_KEY" },
      env: { OPENAI_API_KEY: "k3y" },
    });
    await mkdir(keyed.home);
    await writeFile(path.join(keyed.home, "auth.json"), "{}");
    expect(await keyed.service()).toBeUndefined();
  });
});
