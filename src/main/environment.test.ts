import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { presentSecrets } from "./environment.ts";

let user = "";

beforeEach(async () => {
  user = await realpath(await mkdtemp(path.join(os.tmpdir(), "cox-user-")));
});

afterEach(() => rm(user, { recursive: true }));

const ofUser = async () => (await presentSecrets(user)).filter((each) => each.startsWith(user)).sort();

describe("places of secrets", () => {
  it("are those that are there, another engine's home among them, wherever a link leads to", async () => {
    await mkdir(path.join(user, ".coxswain"));
    await mkdir(path.join(user, "dotfiles/ssh"), { recursive: true });
    await symlink(path.join(user, "dotfiles/ssh"), path.join(user, ".ssh"));
    await symlink(path.join(user, "gone"), path.join(user, ".aws"));
    await writeFile(path.join(user, ".netrc"), "");
    expect(await ofUser()).toEqual([".coxswain", ".netrc", "dotfiles/ssh"].map((name) => path.join(user, name)));
  });

  it("are those of the session where the user has no home", async () => {
    expect(await presentSecrets(undefined)).toEqual(
      (await realpath("/run/user").catch(() => "")) === "" ? [] : ["/run/user"],
    );
  });
});
