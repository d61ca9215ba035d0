import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAiByKey, writeCodexHome } from "./codex-home.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "codex-home-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const config = () => readFile(path.join(folder, "config.toml"), "utf8");

describe("our own CODEX_HOME", () => {
  it("is written afresh and leaves the login alone", async () => {
    await writeFile(path.join(folder, "auth.json"), "a login");
    await writeFile(path.join(folder, "config.toml"), '[projects."/repo"]\ntrust_level = "trusted"\n');
    const home = await writeCodexHome(folder, undefined);
    expect(await config()).not.toContain("trust_level");
    expect(await config()).not.toContain("model_provider");
    expect(await readFile(path.join(folder, "auth.json"), "utf8")).toBe("a login");
    expect((await stat(path.join(folder, "config.toml"))).mode & 0o077).toBe(0);
    expect((await stat(home.empty)).isDirectory()).toBe(true);
  });

  it("names a provider without letting its words break out of their quotes", async () => {
    await writeCodexHome(folder, {
      name: 'a"\n[mcp_servers.evil]',
      baseUrl: "http://127.0.0.1:1/v1",
      model: "m",
      catalog: { models: [] },
    });
    const text = await config();
    expect(text).toContain('name = "a\\"\\n[mcp_servers.evil]"');
    expect(text.split("\n")).not.toContain("[mcp_servers.evil]");
    expect(text.indexOf("model_catalog_json")).toBeLessThan(text.indexOf("[analytics]"));
    expect(await readFile(path.join(folder, "model-catalog.json"), "utf8")).toBe('{"models":[]}');
  });

  it("names the variable that holds a key, and never the key or a model", async () => {
    await writeCodexHome(folder, openAiByKey("OPENAI_API_KEY"));
    const text = await config();
    expect(text).toContain('model_provider = "coxswain"\n');
    expect(text).toContain('base_url = "https://api.openai.com/v1"\nenv_key = "OPENAI_API_KEY"\n');
    expect(text).not.toMatch(/^model = /m);
  });
});
